// Lease time. Which leases exist is replicated; how long they still have is the leader's account, kept
// here. A new leader gives every lease its full time again, or what the last checkpoint says, plus an
// election timeout, so that none ends early (L8). It begins once it has applied an entry of its own
// term: before that, what its predecessors decided about leases may still be on its way.
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Peers;
using Kv.Node.Ports;

namespace Kv.Node.Leases;

/// <summary>Times leases while this member leads, and passes questions to the leader while it does
/// not. Safe for all threads.</summary>
internal sealed partial class LeaseKeeper
{
    private readonly NodeEngine _engine;
    private readonly NodeMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly TimeSpan _electionTimeout;
    private readonly Lock _lock = new();
    private readonly LeaseClock _clock = new((long)CheckpointInterval.TotalMilliseconds);
    private readonly RenewalBatches _renewals;
    private ulong _leaderTerm;
    private bool _isTiming;

    /// <param name="engine">The replicated state and the way to change it.</param>
    /// <param name="metrics">Counts leases.</param>
    /// <param name="host">The clock leases run by, and threads.</param>
    /// <param name="electionTimeout">What a new leader gives on top.</param>
    public LeaseKeeper(NodeEngine engine, NodeMetrics metrics, HostPorts host, TimeSpan electionTimeout)
    {
        (_engine, _metrics, _time, _electionTimeout) = (engine, metrics, host.Clock, electionTimeout);
        _renewals = new RenewalBatches(host.Threads, RenewManyAsync);
        MinimumTtl = (long)Math.Ceiling(electionTimeout.TotalSeconds * 1.5);
    }

    /// <summary>Shortest time to live a grant is raised to, seconds (L3).</summary>
    public long MinimumTtl { get; }

    /// <summary>Seconds left and granted; remaining is -1 if there is no such lease (L5).</summary>
    /// <exception cref="EtcdException">No leader, or it did not answer in time.</exception>
    public async ValueTask<(long Remaining, long Granted)> TimeToLiveAsync(long id, CancellationToken token)
    {
        var time = await _engine.AskLeaderAsync(
            t => TimeToLiveHereAsync(id, t),
            (peers, leader, t) => peers.LeaseTimeToLiveAsync(leader, id, t),
            token);
        return (time.Remaining, time.Granted);
    }

    /// <summary>How long a lease has; null if this member does not time leases, or cannot make sure that it
    /// still should.</summary>
    public async Task<LeaseTime?> TimeToLiveHereAsync(long id, CancellationToken token)
    {
        if (!await IsConfirmedAsync(token))
        {
            return null;
        }

        lock (_lock)
        {
            return !_isTiming ? null
                : _clock.Find(id) is not { } timer ? new LeaseTime(-1, 0)
                : new LeaseTime(
                    Math.Clamp((timer.DeadlineMs - NowMs()) / 1000, 0, timer.TtlSeconds), timer.TtlSeconds);
        }
    }

    /// <summary>The leases in the order in which they will end, if this member times them, else by id.</summary>
    public IReadOnlyList<long> List()
    {
        (long Id, long DeadlineMs)[] timed;
        lock (_lock)
        {
            if (!_isTiming)
            {
                return [.. _engine.State.Leases.Select(lease => lease.Id)];
            }

            timed = [.. _clock.Timers.Select(timer => (timer.Id, timer.DeadlineMs))];
        }

        return [.. timed.OrderBy(lease => lease.DeadlineMs).Select(lease => lease.Id)];
    }

    /// <summary>Leadership changed; called on the raft loop.</summary>
    public void OnLeadership(Role role, ulong term)
    {
        lock (_lock)
        {
            var leaderTerm = role == Role.Leader ? term : 0;
            if (_leaderTerm != leaderTerm)
            {
                _leaderTerm = leaderTerm;
                _isTiming = false;
                _clock.Clear();
            }
        }
    }

    /// <summary>Entries were applied and their state is about to be published, so that whoever finds a lease
    /// there finds its time here; called on the applier.</summary>
    public void OnApplying(StoreState state, IReadOnlyList<Outcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            if (outcome.Reply is LeaseReply granted)
            {
                OnGranted(state, granted);
            }
            else if (outcome.Reply is LeaseEndReply ended)
            {
                OnEnded(ended.Ids);
            }
        }

        BeginTiming(state);
    }

    /// <summary>Does what is due; called several times a second.</summary>
    public void Tick()
    {
        ExpireDue();
        StoreDue();
    }

    private void OnGranted(StoreState state, LeaseReply lease)
    {
        _metrics.LeasesGranted.Inc();
        _metrics.LeaseTtl.Observe(lease.Ttl);
        lock (_lock)
        {
            // It may have ended within the same batch.
            if (_isTiming && state.FindLease(lease.Id) is not null)
            {
                _clock.Start(lease.Id, lease.Ttl, lease.Ttl * 1000, isStored: false, NowMs());
            }
        }
    }

    private void OnEnded(long[] ids)
    {
        _metrics.LeasesRevoked.Inc(ids.Length);
        lock (_lock)
        {
            foreach (var id in ids)
            {
                _clock.Remove(id);
            }
        }
    }

    private void BeginTiming(StoreState state)
    {
        // Read without the lock first: this runs after every batch.
        if (Volatile.Read(ref _isTiming) || Volatile.Read(ref _leaderTerm) == 0)
        {
            return;
        }

        lock (_lock)
        {
            if (_isTiming || _leaderTerm == 0 || state.AppliedTerm < _leaderTerm)
            {
                return;
            }

            var now = NowMs();
            foreach (var lease in state.Leases)
            {
                var isStored = lease.RemainingTtl > 0;
                var left = (isStored ? lease.RemainingTtl : lease.Ttl) * 1000;
#if SIMULATION
                left = Core.Mutants.Has(Core.Mutant.LeaseForgotten) ? 0 : left;
#endif
                _clock.Start(lease.Id, lease.Ttl, left + (long)_electionTimeout.TotalMilliseconds, isStored, now);
            }

            _isTiming = true;
        }
    }

    /// <summary>A quorum says that this member leads now, or led when this was called and may have been
    /// followed by another: <see cref="_isTiming"/> tells. The state has all that was acknowledged before.</summary>
    private async ValueTask<bool> IsConfirmedAsync(CancellationToken token)
    {
        if (!Volatile.Read(ref _isTiming))
        {
            return false;
        }

#if SIMULATION
        if (Core.Mutants.Has(Core.Mutant.RenewUnconfirmed))
        {
            return true;
        }
#endif
        try
        {
            await _engine.ReadAsync(token);
            return true;
        }
        catch (EtcdException)
        {
            return false;
        }
    }

    private long NowMs() => (long)_time.GetElapsedTime(0).TotalMilliseconds;
}
