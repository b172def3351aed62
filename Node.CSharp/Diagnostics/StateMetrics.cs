// Gauges (and counters kept by the host) that are copied from a reading at each scrape.
using System.Globalization;
using Prometheus;

namespace Kv.Node.Diagnostics;

/// <summary>The metrics that mirror <see cref="MetricsReading"/>.</summary>
internal sealed class StateMetrics
{
    private readonly List<Action<MetricsReading>> _setters = [];

    private readonly Gauge _id;

    private readonly Gauge _clusterVersion;

    private string _shownClusterVersion = "";

    /// <summary>Registers them all.</summary>
    public StateMetrics(MetricFactory factory)
    {
        _id = factory.CreateGauge("etcd_server_id", "Member id, in the label.", "server_id");
        _clusterVersion = factory.CreateGauge(
            "etcd_cluster_version", "Version of the cluster, in the label.", "cluster_version");
        factory.CreateGauge("etcd_server_version", "Version of the server, in the label.", "server_version")
            .WithLabels(ProductVersion.Etcd).Set(1);
        AddServer(factory);
        AddStore(factory);
    }

    /// <summary>Copies a reading into the metrics.</summary>
    public void Set(MetricsReading reading)
    {
        foreach (var setter in _setters)
        {
            setter(reading);
        }

        if (reading.MemberId != 0)
        {
            _id.WithLabels(reading.MemberId.ToString("x", CultureInfo.InvariantCulture)).Set(1);
        }

        ShowClusterVersion(reading.ClusterVersion);
    }

    private void AddServer(MetricFactory factory)
    {
        Gauge(factory, "etcd_server_has_leader", "1 if a leader is known.", r => r.HasLeader ? 1 : 0);
        Gauge(factory, "etcd_server_is_leader", "1 if this member leads.", r => r.IsLeader ? 1 : 0);
        Gauge(factory, "etcd_server_is_learner", "1 if this member is a learner.", r => r.IsLearner ? 1 : 0);
        Counter(factory, "etcd_server_leader_changes_seen_total", "Leader changes seen.", r => r.LeaderChanges);
        Gauge(factory, "etcd_server_proposals_committed_total", "Committed index.", r => r.ProposalsCommitted);
        Gauge(factory, "etcd_server_proposals_applied_total", "Applied index.", r => r.ProposalsApplied);
        Gauge(factory, "etcd_server_proposals_pending", "Proposals waiting to be applied.", r => r.ProposalsPending);
        Counter(factory, "etcd_server_proposals_failed_total", "Failed proposals seen.", r => r.ProposalsFailed);
        Counter(factory, "etcd_server_heartbeat_send_failures_total", "Heartbeats sent late.", r => r.HeartbeatSendFailures);
        Counter(factory, "etcd_server_read_indexes_failed_total", "Failed linearizable reads.", r => r.ReadIndexesFailed);
        Gauge(factory, "etcd_server_quota_backend_bytes", "Quota of the store, bytes.", r => r.QuotaBytes);
    }

    private void AddStore(MetricFactory factory)
    {
        Gauge(factory, "etcd_mvcc_db_total_size_in_bytes", "Bytes of the store.", r => r.StoreBytes);
        Gauge(factory, "etcd_mvcc_db_total_size_in_use_in_bytes", "Bytes of the store in use.", r => r.StoreLiveBytes);
        Gauge(factory, "etcd_debugging_mvcc_keys_total", "Keys.", r => r.Keys);
        Gauge(factory, "etcd_debugging_mvcc_current_revision", "Current revision.", r => r.Revision);
        Gauge(factory, "etcd_debugging_mvcc_compact_revision", "Compact revision.", r => r.CompactRevision);
        Gauge(factory, "etcd_debugging_lease_total", "Leases.", r => r.Leases);
    }

    private void Gauge(MetricFactory factory, string name, string help, Func<MetricsReading, double> value)
    {
        var gauge = factory.CreateGauge(name, help);
        _setters.Add(reading => gauge.Set(value(reading)));
    }

    private void Counter(MetricFactory factory, string name, string help, Func<MetricsReading, double> value)
    {
        var counter = factory.CreateCounter(name, help);
        _setters.Add(reading => counter.IncTo(value(reading)));
    }

    // Only the version in force carries a 1.
    private void ShowClusterVersion(string version)
    {
        if (version == _shownClusterVersion)
        {
            return;
        }

        if (_shownClusterVersion.Length > 0)
        {
            _clusterVersion.RemoveLabelled(_shownClusterVersion);
        }

        _shownClusterVersion = version;
        if (version.Length > 0)
        {
            _clusterVersion.WithLabels(version).Set(1);
        }
    }
}
