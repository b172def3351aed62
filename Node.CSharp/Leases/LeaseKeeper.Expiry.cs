// Ending leases whose time is over. However many come due together, one log entry with a bounded
// number of them is on its way at a time, so that the writes of others go between.
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Node.Threads;

namespace Kv.Node.Leases;

internal sealed partial class LeaseKeeper
{
    /// <summary>Most leases ended by one log entry.</summary>
    private const int ExpireLeasesMax = 500;

    /// <summary>Keys past which a log entry takes no further lease: other writes wait while it is applied.</summary>
    private const int ExpireKeysMax = 2_000;

    /// <summary>How long an expired lease waits after its revocation came to nothing.</summary>
    private static readonly TimeSpan ExpireRetry = TimeSpan.FromMilliseconds(500);

    private int _isExpiring;

    /// <summary>Starts ending what is over, unless that is under way.</summary>
    private void ExpireDue()
    {
        if (Volatile.Read(ref _isTiming) && Interlocked.Exchange(ref _isExpiring, 1) == 0)
        {
            _ = ExpireAllAsync();
        }
    }

    private async Task ExpireAllAsync()
    {
        try
        {
            var done = Promise.New<bool>();
            while (TakeExpired(done.Task) is { Leases.Count: > 0 } due)
            {
                var reply = await ProposeAsync(
                    Command.NewLeaseExpire([.. due.Leases.Select(timer => timer.Id)]), due.Term);
                OnExpired(due.Leases, (reply as LeaseEndReply)?.Ids);
                done.SetResult(reply is not null);
                done = Promise.New<bool>();
            }
        }
#pragma warning disable CA1031 // Nobody awaits this: the node must not go on without ending leases.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _engine.OnFault(fault);
        }
        finally
        {
            Volatile.Write(ref _isExpiring, 0);
        }
    }

    /// <summary>The next leases to end, marked as ending.</summary>
    private (ulong Term, List<LeaseTimer> Leases) TakeExpired(Task<bool> ending)
    {
        var leases = new List<LeaseTimer>();
        lock (_lock)
        {
            var state = _engine.State;
            var keys = 0;
            while (_isTiming
                && leases.Count < ExpireLeasesMax
                && keys < ExpireKeysMax
                && _clock.TakeExpired(NowMs()) is { } timer)
            {
                timer.Ending = ending;
                leases.Add(timer);
                keys += state.LeaseKeyCount(timer.Id);
            }

            return (_leaderTerm, leases);
        }
    }

    private void OnExpired(List<LeaseTimer> leases, long[]? ended)
    {
        if (ended is not null)
        {
            _metrics.LeasesExpired.Inc(ended.Length);
            return;
        }

        lock (_lock)
        {
            foreach (var timer in leases)
            {
                timer.Ending = null;
                _clock.Retry(timer, NowMs() + (long)ExpireRetry.TotalMilliseconds);
            }
        }
    }
}
