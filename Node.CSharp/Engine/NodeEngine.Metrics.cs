// What /metrics shows of the engine at each scrape.
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
            ReadIndexesFailed = _reads.Failed,
            StoreBytes = state.SizeBytes,
            StoreLiveBytes = state.LiveBytes,
            QuotaBytes = _options.QuotaBackendBytes > 0 ? _options.QuotaBackendBytes : 0,
            Keys = state.KeyCount,
            Revision = state.Revision,
            CompactRevision = state.CompactRevision,
            Leases = state.LeaseCount,
            ClusterVersion = state.ClusterVersion,
        };
    }
}
