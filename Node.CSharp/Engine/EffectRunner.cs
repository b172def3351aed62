// What the Raft core asks for, handed to those who do it. Runs on the raft loop; every method only
// enqueues.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Ports;

namespace Kv.Node.Engine;

/// <summary>The host's side of the core's effects.</summary>
internal sealed class EffectRunner(
    ulong memberId,
    LogWriter log,
    Applier applier,
    ReadGate reads,
    ProposalTable proposals,
    SnapshotExchange snapshots,
    IPeerNetwork network) : IEffectSink
{
    private long _leaderChanges;
    private ulong _leader;
    private ulong _term;
    private volatile bool _isLearner;

    /// <summary>Told of refused proposals.</summary>
    public Action<ReadOnlyMemory<byte>[], Refusal> Refused { get; set; } = (_, _) => { };

    /// <summary>Told of role, term and leader, on the raft loop.</summary>
    public event Action<Role, ulong, ulong>? LeadershipChangedTo;

    /// <summary>The leader as last told; 0 if none is known.</summary>
    public ulong Leader => Volatile.Read(ref _leader);

    /// <summary>The term as last told.</summary>
    public ulong Term => Volatile.Read(ref _term);

    /// <summary>Term of the newest applied entry.</summary>
    public ulong AppliedTerm => applier.State.AppliedTerm;

    /// <summary>This member gets the log and does not vote.</summary>
    public bool IsLearner => _isLearner;

    /// <summary>Leaders seen since the start.</summary>
    public long LeaderChanges => Volatile.Read(ref _leaderChanges);

    /// <summary>True if this member leads in this term.</summary>
    public bool Leads(ulong term) => Leader == memberId && Term == term;

    public void Persist(PersistBatch batch) => log.Enqueue(batch);

    public void Send(Message message) => network.Send(message);

    public void Apply(Entry[] entries) => applier.Enqueue(entries);

    public void ReleaseRead(ulong context, ulong index) => reads.Release(context, index, applier.State);

    public void RefuseRead(ulong context, Refusal reason) => reads.Refuse(context);

    public void RefuseProposals(ReadOnlyMemory<byte>[] payloads, Refusal reason) => Refused(payloads, reason);

    public void RefuseConfiguration(ConfigurationChange change, Refusal reason) =>
        proposals.Fail(
            change.Context.IsEmpty ? 0 : CommandCodec.RequestId(change.Context.Span),
            new ChangeRefusedException(reason));

    public void SendSnapshot(ulong peer, ulong term) => snapshots.Send(peer, term, applier.State);

    public void RestoreSnapshot(SnapshotMark mark) => applier.Enqueue(snapshots.TakeReceived(mark));

    public void LeadershipChanged(Role role, ulong term, ulong leader)
    {
        if (leader != 0 && leader != Leader)
        {
            Interlocked.Increment(ref _leaderChanges);
        }

        Volatile.Write(ref _term, term);
        Volatile.Write(ref _leader, leader);
        LeadershipChangedTo?.Invoke(role, term, leader);
    }

    /// <summary>Only the role is taken from here: where members are is in the store, which sees the same
    /// entry and publishes it.</summary>
    public void ConfigurationChanged(Configuration configuration) =>
        _isLearner = Array.IndexOf(configuration.Learners, memberId) >= 0;
}
