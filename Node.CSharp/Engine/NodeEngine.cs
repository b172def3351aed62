// The running node as its services see it: propose, read, look. How it is put together and taken
// apart is in NodeEngine.Lifecycle.cs.
using System.Diagnostics;
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Mvcc;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Grpc;
using Kv.Node.History;
using Kv.Node.Leases;
using Kv.Node.Options;

namespace Kv.Node.Engine;

/// <summary>One member: the Raft loop, the log, the store, and the ways in.</summary>
internal sealed partial class NodeEngine
{
    /// <summary>Committed entries waiting to be applied past which proposals are turned away
    /// (etcd-facts §1.3).</summary>
    private const int ApplyBacklogMax = 5_000;

    /// <summary>Callers waiting below which a proposal goes to the log on its caller's thread.</summary>
    private const int FewCallers = 4;

    private readonly NodeOptions _options;
    private readonly Mailbox _mailbox = new();
    private readonly ProposalTable _proposals;
    private readonly ReadGate _reads;
    private readonly Applier _applier;
    private readonly LogWriter _log;
    private readonly HeartbeatWatch _heartbeats;
    private readonly RaftLoop _loop;
    private readonly EffectRunner _effects;
    private volatile bool _stopped;

    public ulong MemberId { get; }

    public ulong ClusterId { get; }

    /// <summary>Index of the last log entry there was when the node started.</summary>
    public ulong RecoveredIndex { get; }

    /// <summary>The newest applied state; one volatile read.</summary>
    public StoreState State => _applier.State;

    /// <summary>How much the store may hold.</summary>
    public StoreQuota Quota { get; }

    /// <summary>Which revision was the newest when, as this member saw it.</summary>
    public RevisionTimes RevisionTimes => _revisions.Times;

    /// <summary>Hashes of the key space.</summary>
    public KeySpaceHashes Hashes { get; }

    /// <summary>Compares the members' data.</summary>
    public CorruptionMonitor Corruption { get; }

    /// <summary>This member's data is damaged: it must not serve any.</summary>
    public bool IsFenced => State.Alarms.Count > 0 && CorruptionMonitor.HasAlarm(State, MemberId);

    /// <summary>Cancelled when <see cref="IsFenced"/> becomes true.</summary>
    public CancellationToken Fence => _fence.Token;

    /// <summary>Time since the Raft loop was last seen at work; it is, at every heartbeat interval.</summary>
    public TimeSpan SinceLastTurn => _heartbeats.SinceLast;

    /// <summary>The Raft status as of the last turn of the loop.</summary>
    public RaftStatus Raft => _loop.State.Status;

    /// <summary>The leader as last seen, 0 if none; cheaper than <see cref="Raft"/>.</summary>
    public ulong Leader => _effects.Leader;

    /// <summary>The term as last seen; cheaper than <see cref="Raft"/>.</summary>
    public ulong Term => _effects.Term;

    /// <summary>This member gets the log and does not vote.</summary>
    public bool IsLearner => _effects.IsLearner;

    /// <summary>Leases as the leader times them; calls reach the leader wherever it is.</summary>
    public LeaseKeeper Leases { get; }

    /// <summary>Hashes of the newest compactions.</summary>
    public CompactionHashes CompactionHashes { get; }

    /// <summary>Changes of the membership; they reach the leader wherever it is.</summary>
    public MembershipKeeper Membership { get; }

    /// <summary>Raised on the applier thread after a new state was published.</summary>
    public event Action<StoreState> Published
    {
        add => _applier.Published += value;
        remove => _applier.Published -= value;
    }

    /// <summary>Raised on the applier thread with what became of a batch, before its callers know.</summary>
    public event Action<StoreState, IReadOnlyList<Outcome>> Decided
    {
        add => _applier.Decided += value;
        remove => _applier.Decided -= value;
    }

    /// <summary>How long a proposal or a linearizable read waits at most: 5 s and two election
    /// timeouts (etcd-facts §1.3).</summary>
    public TimeSpan RequestTimeout => RequestTimeoutOf(_options);

    /// <inheritdoc cref="ProposeAsync(Command, Caller, long, CancellationToken)"/>
    public ValueTask<Outcome> ProposeAsync(Command command, Caller caller, CancellationToken token) =>
        ProposeAsync(command, caller, cost: 0, token);

    /// <summary>Proposes a command and waits until it is applied here. <see cref="State"/> then
    /// contains it. Once proposed it may happen even if the wait is given up, so the token is looked
    /// at only before.</summary>
    /// <param name="command">What to do.</param>
    /// <param name="caller">Who wants it. Whether he may is decided when it is applied; if it is clear already
    /// that he may not, nothing is proposed.</param>
    /// <param name="cost">Bytes it may add to the store; 0 if it is done however full that is.</param>
    /// <param name="token">Looked at before anything is proposed.</param>
    /// <exception cref="EtcdException">Not allowed, no room, too large, too many requests, timed out, stopped.</exception>
    public ValueTask<Outcome> ProposeAsync(Command command, Caller caller, long cost, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        return State.Auth.IsEnabled ? ProposeIfAllowedAsync(command, caller, cost, token) : ProposeNow(command, caller, cost);
    }

    /// <summary>Proposes a command on this member's own account.</summary>
    /// <exception cref="EtcdException">As above.</exception>
    public ValueTask<Outcome> ProposeOwnAsync(Command command, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        return ProposeNow(command, Caller.Node, cost: 0);
    }

    /// <summary>Proposes a command that only the leader of this term may append.</summary>
    /// <exception cref="EtcdException">This member no longer leads in that term, or as above.</exception>
    public ValueTask<Outcome> ProposeAsLeaderAsync(Command command, ulong leaderTerm) =>
        Propose(command, Caller.Node, leaderTerm, visits: false);

    /// <summary>Makes sure of what holds in this state. This member may be behind, and users may have got a
    /// right that is not known here: before it refuses, it asks the others.</summary>
    /// <exception cref="EtcdException">It does not hold.</exception>
    public async ValueTask DemandAsync(Func<StoreState, StoreError> check, CancellationToken token)
    {
        var error = check(State);
        if (error is StoreError.None)
        {
            return;
        }

        try
        {
            error = check(await ReadAsync(token));
        }
        catch (EtcdException)
        {
            // Nobody can tell: what is known here counts.
        }

        StoreErrors.ThrowIfAny(error);
    }

    /// <summary>A state at least as new as every write acknowledged before this call (ReadIndex).</summary>
    /// <exception cref="EtcdException">No leader, timed out, stopped.</exception>
    public ValueTask<StoreState> ReadAsync(CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        if (_stopped)
        {
            throw EtcdErrors.Stopped;
        }

        var part = Tracing.StartPart("read index");
        var state = new ValueTask<StoreState>(_reads.JoinAsync());
        return part is null ? state : TracedAsync(part, state);
    }

    /// <summary>Completes once no row is left in memory here that a compaction made unreachable (C2).</summary>
    public Task WhenSweptAsync(CancellationToken token) => _applier.WhenSweptAsync().WaitAsync(token);

    private static TimeSpan RequestTimeoutOf(NodeOptions options) =>
        TimeSpan.FromSeconds(5) + options.ElectionTimeout * 2;

    private static async ValueTask<T> TracedAsync<T>(Activity part, ValueTask<T> work)
    {
        using (part)
        {
            return await work;
        }
    }

    private async ValueTask<Outcome> ProposeIfAllowedAsync(
        Command command, Caller caller, long cost, CancellationToken token)
    {
        await DemandAsync(state => state.Check(caller, command), token);
        return await ProposeNow(command, caller, cost);
    }

    private ValueTask<Outcome> ProposeNow(Command command, Caller caller, long cost)
    {
        if (cost > 0)
        {
            Quota.RequireRoom(cost);
        }

        if (_log.Shortage is not null && !command.IsMemberPublish)
        {
            throw EtcdErrors.NoSpace;
        }

        var part = Tracing.StartPart("propose");
        var outcome = Propose(command, caller, leaderTerm: 0, visits: _proposals.Count < FewCallers);
        return part is null ? outcome : TracedAsync(part, outcome);
    }

    private ValueTask<Outcome> Propose(Command command, Caller caller, ulong leaderTerm, bool visits)
    {
        if (_stopped)
        {
            throw EtcdErrors.Stopped;
        }

        if (_applier.WaitingEntries > ApplyBacklogMax)
        {
            throw EtcdErrors.TooManyRequests;
        }

        var pending = _proposals.Open(out var id);
        var task = pending.Task;
        var payload = CommandCodec.Encode(id, command, caller);
        if (payload.Length > _options.MaxRequestBytes)
        {
            _proposals.Fail(id, EtcdErrors.RequestTooLarge);
            return task;
        }

        _mailbox.Propose(new LoopProposal(payload, leaderTerm), visits);
        return task;
    }
}
