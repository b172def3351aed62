// Storing what leases have left, so that a new leader need not give long leases their full time again:
// every few minutes (etcd's interval and batch size), and before leadership is handed over in order.
using Kv.Core.Apply;

namespace Kv.Node.Leases;

internal sealed partial class LeaseKeeper
{
    /// <summary>Most leases in a checkpoint.</summary>
    private const int CheckpointLeasesMax = 1_000;

    /// <summary>What a lease must have used up to be stored before a hand-over.</summary>
    private const long HandOverUsedMs = 1_000;

    /// <summary>How long a lease runs before what it has left is stored.</summary>
    public static readonly TimeSpan CheckpointInterval = TimeSpan.FromMinutes(5);

    private int _isStoring;

    /// <summary>Stores what all leases have left, those that lost most first, until the token ends it. What
    /// is not stored is given its full time again by the next leader.</summary>
    public async Task StoreAllAsync(CancellationToken token)
    {
        LeaseTimer[] used;
        lock (_lock)
        {
            var now = NowMs();
            long UsedMs(LeaseTimer timer) => (timer.TtlSeconds * 1000) - (timer.DeadlineMs - now);
            used =
            [
                .. _clock.Timers
                    .Where(timer => UsedMs(timer) >= HandOverUsedMs && LeaseClock.IsWorthStoring(timer, now))
                    .OrderByDescending(UsedMs),
            ];
        }

        foreach (var batch in used.Chunk(CheckpointLeasesMax))
        {
            if (token.IsCancellationRequested || !await StoreAsync(batch))
            {
                return;
            }
        }
    }

    /// <summary>Stores a batch of what is due, unless one is under way: the next tick is soon enough for
    /// more.</summary>
    private void StoreDue()
    {
        if (Volatile.Read(ref _isTiming) && Interlocked.Exchange(ref _isStoring, 1) == 0)
        {
            _ = StoreDueAsync();
        }
    }

    private async Task StoreDueAsync()
    {
        try
        {
            var due = new List<LeaseTimer>();
            lock (_lock)
            {
                while (_isTiming
                    && due.Count < CheckpointLeasesMax
                    && _clock.TakeCheckpoint(NowMs()) is { } timer)
                {
                    due.Add(timer);
                }
            }

            if (due.Count > 0)
            {
                await StoreAsync(due);
            }
        }
#pragma warning disable CA1031 // Nobody awaits this, and whatever it is, it is a defect.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _engine.OnFault(fault);
        }
        finally
        {
            Volatile.Write(ref _isStoring, 0);
        }
    }

    private async Task<bool> StoreAsync(IReadOnlyCollection<LeaseTimer> leases)
    {
        Task<Core.Mvcc.Reply?> stored;
        lock (_lock)
        {
            var now = NowMs();
            var live = leases
                .Where(timer => _clock.Find(timer.Id) == timer
                    && timer.Ending is null
                    && LeaseClock.IsWorthStoring(timer, now))
                .ToArray();
            if (!_isTiming || live.Length == 0)
            {
                return _isTiming;
            }

            foreach (var timer in live)
            {
                _clock.MarkStored(timer);
            }

            // Proposed under the lock: a renewal that takes it back must come behind it in the log.
            stored = ProposeAsync(
                Command.NewLeaseCheckpoint(
                    [.. live.Select(timer => timer.Id)],
                    [.. live.Select(timer => timer.SecondsLeft(now))]),
                _leaderTerm);
        }

        return await stored is not null;
    }
}
