// Linearizable reads (ReadIndex, thesis §6.4). All reads that arrive while a round is under way share
// the next one: one task, one question to the quorum, however many readers.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Grpc;
using Kv.Node.Ports;
using Kv.Node.Threads;

namespace Kv.Node.Engine;

/// <summary>Collects readers into rounds, and lets them go once the state is new enough.</summary>
/// <remarks>Threads: readers join from anywhere; <see cref="TryStartRound"/>, <see cref="Release"/>,
/// <see cref="Refuse"/> and <see cref="Tick"/> belong to the raft loop; <see cref="Advance"/> to the
/// applier.</remarks>
internal sealed class ReadGate(Mailbox mailbox, HostPorts host, TimeSpan timeout, TimeSpan retryAfter)
{
    private readonly TimeProvider _clock = host.Clock;
    private readonly Lock _lock = new();
    private readonly List<(Round Round, ulong Index)> _waitingToApply = [];
    private volatile Round _collecting = new();
    private Round? _inFlight;

    // A context must not come again after a restart: a late answer to the old process would then
    // release a reader of the new one at an old index. A clock may go back; chance does not repeat itself.
    private ulong _context = (ulong)host.Random.NextInt64();
    private bool _refused;
    private long _failed;
    private long _askedAgain;

    /// <summary>Rounds that were given up since the start.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Rounds that had no answer in time and were asked again, since the start.</summary>
    public long AskedAgain => Volatile.Read(ref _askedAgain);

    /// <summary>Joins the next round.</summary>
    public Task<StoreState> JoinAsync()
    {
        var round = _collecting;
        if (round.MarkWanted(_clock.GetTimestamp()))
        {
            mailbox.WakeForReads();
        }

        return round.Task;
    }

    /// <summary>Starts a round if somebody waits and none is under way.</summary>
    /// <returns>The round's context, or 0.</returns>
    public ulong TryStartRound()
    {
        if (_inFlight is not null || !_collecting.IsWanted)
        {
            return 0;
        }

        _inFlight = _collecting;
        _collecting = new Round();
        return Ask();
    }

    /// <summary>The quorum answered: everything up to <paramref name="index"/> must be visible.</summary>
    public void Release(ulong context, ulong index, StoreState state)
    {
        if (_inFlight is not { } round || context != _context)
        {
            return;
        }

        _inFlight = null;
        lock (_lock)
        {
            _waitingToApply.Add((round, index));
        }

        Advance(state);
    }

    /// <summary>The round was refused; it is asked again at the next tick.</summary>
    public void Refuse(ulong context)
    {
        if (_inFlight is not null && context == _context)
        {
            _refused = true;
        }
    }

    /// <summary>Gives up on an overdue round, or asks again for one without an answer.</summary>
    /// <returns>The context to ask with, or 0.</returns>
    public ulong Tick()
    {
        FailOverdueWaiters();
        if (_inFlight is not { } round)
        {
            return 0;
        }

        if (_clock.GetElapsedTime(round.WantedAt) >= timeout)
        {
            _inFlight = null;
            Interlocked.Increment(ref _failed);
            round.Fail(EtcdErrors.Timeout);
            return 0;
        }

        if (!_refused && _clock.GetElapsedTime(round.AskedAt) < retryAfter)
        {
            return 0;
        }

        Interlocked.Increment(ref _askedAgain);
        return Ask();
    }

    /// <summary>Lets go every round whose index the state has reached.</summary>
    public void Advance(StoreState state)
    {
        List<Round>? done = null;
        lock (_lock)
        {
            for (var i = _waitingToApply.Count - 1; i >= 0; i--)
            {
                var isApplied = _waitingToApply[i].Index <= state.AppliedIndex;
#if SIMULATION
                isApplied |= Core.Mutants.Has(Core.Mutant.ReadBeforeApplied);
#endif
                if (isApplied)
                {
                    (done ??= []).Add(_waitingToApply[i].Round);
                    _waitingToApply.RemoveAt(i);
                }
            }
        }

        foreach (var round in done ?? [])
        {
            round.Complete(state);
        }
    }

    /// <summary>Fails everyone: the node stops.</summary>
    public void FailAll(EtcdException error)
    {
        _collecting.Fail(error);
        _inFlight?.Fail(error);
        lock (_lock)
        {
            foreach (var (round, _) in _waitingToApply)
            {
                round.Fail(error);
            }

            _waitingToApply.Clear();
        }
    }

    private void FailOverdueWaiters()
    {
        lock (_lock)
        {
            for (var i = _waitingToApply.Count - 1; i >= 0; i--)
            {
                if (_clock.GetElapsedTime(_waitingToApply[i].Round.WantedAt) >= timeout)
                {
                    _waitingToApply[i].Round.Fail(EtcdErrors.TimeoutWaitAppliedIndex);
                    _waitingToApply.RemoveAt(i);
                }
            }
        }
    }

    private ulong Ask()
    {
        // A new context each time: a late answer to an old question must not release newer readers.
        _refused = false;
        _inFlight!.AskedAt = _clock.GetTimestamp();
        return ++_context;
    }

    /// <summary>One shared question.</summary>
    private sealed class Round
    {
        private readonly TaskCompletionSource<StoreState> _done = Promise.New<StoreState>();
        private int _wanted;

        public Task<StoreState> Task => _done.Task;

        public bool IsWanted => Volatile.Read(ref _wanted) != 0;

        public long WantedAt { get; private set; }

        public long AskedAt { get; set; }

        /// <summary>True for the first reader of the round.</summary>
        public bool MarkWanted(long now)
        {
            if (IsWanted)
            {
                return false;
            }

            WantedAt = now;
            return Interlocked.Exchange(ref _wanted, 1) == 0;
        }

        public void Complete(StoreState state) => _done.TrySetResult(state);

        public void Fail(EtcdException error) => _done.TrySetException(error);
    }
}
