// The values the host is asked for at each scrape. One record instead of a metric object passed to
// every part: the parts stay free of metrics, and an idle node computes nothing.
namespace Kv.Node.Diagnostics;

/// <summary>State of the node at one moment, for the gauges.</summary>
internal sealed record MetricsReading
{
    public ulong MemberId { get; init; }

    public bool HasLeader { get; init; }

    public bool IsLeader { get; init; }

    public bool IsLearner { get; init; }

    /// <summary>How often the known leader changed since the start.</summary>
    public long LeaderChanges { get; init; }

    /// <summary>Committed index.</summary>
    public ulong ProposalsCommitted { get; init; }

    /// <summary>Applied index.</summary>
    public ulong ProposalsApplied { get; init; }

    /// <summary>Proposals somebody waits for.</summary>
    public long ProposalsPending { get; init; }

    /// <summary>Proposals that failed since the start.</summary>
    public long ProposalsFailed { get; init; }

    /// <summary>Leader's heartbeats that could not be sent in time, since the start.</summary>
    public long HeartbeatSendFailures { get; init; }

    /// <summary>Linearizable reads that failed since the start.</summary>
    public long ReadIndexesFailed { get; init; }

    /// <summary>Questions for a read index that had no answer in time and were asked again, since the start.</summary>
    public long SlowReadIndexes { get; init; }

    /// <summary>Received snapshots that wait to become the state.</summary>
    public int SnapshotsApplying { get; init; }

    /// <summary>The other members.</summary>
    public IReadOnlyList<ulong> Peers { get; init; } = [];

    /// <summary>Active alarms: the member and etcd's name of the kind.</summary>
    public IReadOnlyList<(ulong Member, string Kind)> Alarms { get; init; } = [];

    /// <summary>Features, their stage in etcd, and whether they are on.</summary>
    public IReadOnlyList<(string Name, string Stage, bool IsOn)> Features { get; init; } = [];

    /// <summary>Bytes of live keys and retained history.</summary>
    public long StoreBytes { get; init; }

    /// <summary>Bytes of keys and values put since the state was loaded.</summary>
    public long PutBytes { get; init; }

    /// <summary>Quota in force, bytes.</summary>
    public long QuotaBytes { get; init; }

    public long Keys { get; init; }

    public long Revision { get; init; }

    public long CompactRevision { get; init; }

    public long Leases { get; init; }

    /// <summary>The cluster's agreed version, empty if none yet.</summary>
    public string ClusterVersion { get; init; } = "";
}
