// Lease time. Which leases exist is replicated; how long they still have is the leader's account, kept
// here. A new leader gives every lease its full time again plus an election timeout, so that none
// ends early (L8).
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Peers;

namespace Kv.Node.Engine;

/// <summary>Times leases while this member leads, and passes questions to the leader while it does
/// not.</summary>
internal sealed class LeaseKeeper(
    NodeEngine engine, NodeMetrics metrics, TimeProvider clock, TimeSpan electionTimeout)
{
    /// <summary>Most revocations under way at once; a flood of expiries must not crowd out writes.</summary>
    private const int RevokingMax = 512;

    /// <summary>How long an unanswered revocation waits before it is proposed again.</summary>
    private static readonly TimeSpan RevokeRetry = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, LeaseTimer> _timers = [];
    private readonly PriorityQueue<long, long> _byDeadline = new();
    private readonly Dictionary<long, Task> _revoking = [];
    private ulong _leaderTerm;

    /// <summary>Shortest time to live a grant is raised to, seconds (L3).</summary>
    public long MinimumTtl { get; } = (long)Math.Ceiling(electionTimeout.TotalSeconds * 1.5);

    /// <summary>Renews a lease at the leader.</summary>
    /// <returns>The granted time to live in seconds, or 0 if there is no such lease (L4).</returns>
    /// <exception cref="Grpc.EtcdException">No leader, or it did not answer in time.</exception>
    public async ValueTask<long> RenewAsync(long id, CancellationToken token) =>
        (await RenewHereAsync(id, token)
            ?? await engine.AskLeaderAsync((peers, leader, t) => peers.RenewLeaseAsync(leader, id, t), token))!.Value;

    /// <summary>Seconds left and granted; remaining is -1 if there is no such lease (L5).</summary>
    /// <exception cref="Grpc.EtcdException">No leader, or it did not answer in time.</exception>
    public async ValueTask<(long Remaining, long Granted)> TimeToLiveAsync(long id, CancellationToken token)
    {
        var time = TimeToLiveHere(id)
            ?? await engine.AskLeaderAsync((peers, leader, t) => peers.LeaseTimeToLiveAsync(leader, id, t), token)
            ?? throw Grpc.EtcdErrors.NoLeader;
        return (time.Remaining, time.Granted);
    }

    /// <summary>Renews a lease if this member leads.</summary>
    /// <returns>As <see cref="RenewAsync"/>; null if another member leads.</returns>
    public async ValueTask<long?> RenewHereAsync(long id, CancellationToken token)
    {
        Task? revoking;
        lock (_lock)
        {
            if (_leaderTerm == 0)
            {
                return null;
            }

            if (!_revoking.TryGetValue(id, out revoking))
            {
                return Renew(id);
            }
        }

        // An expired lease whose end is already proposed cannot be saved (L10).
        await revoking.WaitAsync(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    /// <summary>How long a lease has; null if another member leads.</summary>
    public LeaseTime? TimeToLiveHere(long id)
    {
        lock (_lock)
        {
            if (_leaderTerm == 0)
            {
                return null;
            }

            // A revoked lease keeps its timer until that runs out.
            return _timers.TryGetValue(id, out var timer) && engine.State.FindLease(id) is not null
                ? new LeaseTime(Math.Max(0, (timer.Deadline - NowMs()) / 1000), timer.TtlSeconds)
                : new LeaseTime(-1, 0);
        }
    }

    /// <summary>Leadership changed; called on the raft loop.</summary>
    public void OnLeadership(Role role, ulong term)
    {
        lock (_lock)
        {
            if (role == Role.Leader && _leaderTerm == term)
            {
                return;
            }

            _timers.Clear();
            _byDeadline.Clear();
            _leaderTerm = role == Role.Leader ? term : 0;
            if (_leaderTerm != 0)
            {
                StartAll(engine.State);
            }
        }
    }

    /// <summary>Entries were applied; called on the applier.</summary>
    public void OnApplied(StoreState state, IReadOnlyList<Outcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            if (outcome.Reply is LeaseReply lease)
            {
                metrics.LeasesGranted.Inc();
                lock (_lock)
                {
                    if (_leaderTerm != 0 && state.FindLease(lease.Id) is not null)
                    {
                        Start(lease.Id, lease.Ttl, TimeSpan.FromSeconds(lease.Ttl));
                    }
                }
            }
        }
    }

    /// <summary>Proposes the end of every lease that is over; called a few times a second.</summary>
    public void ExpireDue()
    {
        lock (_lock)
        {
            var now = NowMs();
            while (_leaderTerm != 0
                && _revoking.Count < RevokingMax
                && _byDeadline.TryPeek(out var id, out var deadline)
                && deadline <= now)
            {
                _byDeadline.Dequeue();
                if (!_timers.TryGetValue(id, out var timer))
                {
                    continue;
                }

                if (timer.Deadline > now)
                {
                    _byDeadline.Enqueue(id, timer.Deadline);
                }
                else if (engine.State.FindLease(id) is null)
                {
                    _timers.Remove(id);
                }
                else
                {
                    _byDeadline.Enqueue(id, now + (long)RevokeRetry.TotalMilliseconds);
                    _revoking[id] = RevokeAsync(id, _leaderTerm);
                }
            }
        }
    }

    private long Renew(long id)
    {
        if (!_timers.TryGetValue(id, out var timer) || engine.State.FindLease(id) is null)
        {
            return 0;
        }

        // The queue keeps the old deadline; when it comes up the timer's own is looked at.
        timer.Deadline = NowMs() + timer.TtlSeconds * 1000;
        metrics.LeasesRenewed.Inc();
        return timer.TtlSeconds;
    }

    private void StartAll(StoreState state)
    {
        foreach (var lease in state.Leases)
        {
            var left = lease.RemainingTtl > 0 ? lease.RemainingTtl : lease.Ttl;
            Start(lease.Id, lease.Ttl, TimeSpan.FromSeconds(left) + electionTimeout);
        }
    }

    private void Start(long id, long ttl, TimeSpan left)
    {
        var deadline = NowMs() + (long)left.TotalMilliseconds;
        _timers[id] = new LeaseTimer { Deadline = deadline, TtlSeconds = ttl };
        _byDeadline.Enqueue(id, deadline);
    }

    private async Task RevokeAsync(long id, ulong term)
    {
        await Task.Yield();
        try
        {
            await engine.ProposeAsLeaderAsync(Command.NewLeaseRevoke(id), term);
            metrics.LeasesExpired.Inc();
        }
        catch (Grpc.EtcdException)
        {
            // Leadership was lost or the proposal timed out: the lease stays and is tried again.
        }
        finally
        {
            lock (_lock)
            {
                _revoking.Remove(id);
                if (engine.State.FindLease(id) is null)
                {
                    _timers.Remove(id);
                }
            }
        }
    }

    private long NowMs() => (long)clock.GetElapsedTime(0).TotalMilliseconds;

    private sealed class LeaseTimer
    {
        public long Deadline { get; set; }

        public long TtlSeconds { get; init; }
    }
}
