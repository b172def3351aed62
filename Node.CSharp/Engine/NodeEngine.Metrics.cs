// What /metrics shows of the engine at each scrape.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;

namespace Kv.Node.Engine;

internal sealed partial class NodeEngine
{
    private MetricsReading ReadMetrics()
    {
        var raft = Raft;
        var state = State;
        return new MetricsReading
        {
            MemberId = MemberId,
            HasLeader = raft.Leader != 0,
            IsLeader = raft.Role == Role.Leader,
            IsLearner = IsLearner,
            LeaderChanges = _effects.LeaderChanges,
            ProposalsCommitted = raft.Commit,
            ProposalsApplied = state.AppliedIndex,
            ProposalsPending = _proposals.Count,
            ProposalsFailed = _proposals.Failed,
            HeartbeatSendFailures = _heartbeats.Late,
            ReadIndexesFailed = _reads.Failed,
            SlowReadIndexes = _reads.AskedAgain,
            SnapshotsApplying = _applier.Restoring,
            Peers = [.. state.Members.Where(member => member.Id != MemberId).Select(member => member.Id)],
            Alarms = [.. state.Alarms.Select(alarm => (alarm.Item1, alarm.Item2 == AlarmKind.NoSpace ? "NOSPACE" : "CORRUPT"))],
            Features = [.. Options.FeatureGates.Of(_options)],
            StoreBytes = state.SizeBytes,
            PutBytes = state.PutBytes,
            QuotaBytes = Quota.Bytes,
            Keys = state.KeyCount,
            Revision = state.Revision,
            CompactRevision = state.CompactRevision,
            Leases = state.LeaseCount,
            ClusterVersion = state.ClusterVersion,
        };
    }
}
