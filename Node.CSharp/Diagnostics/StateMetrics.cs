// Gauges (and counters kept by the host) that are copied from a reading at each scrape.
using System.Globalization;
using System.Runtime.InteropServices;
using Prometheus;

namespace Kv.Node.Diagnostics;

/// <summary>The metrics that mirror <see cref="MetricsReading"/>.</summary>
internal sealed class StateMetrics
{
    private readonly List<Action<MetricsReading>> _setters = [];

    private readonly Gauge _id;

    private readonly Gauge _clusterVersion;

    private readonly Gauge _knownPeers;

    private readonly Gauge _alarms;

    private readonly Gauge _features;

    private string _shownClusterVersion = "";

    /// <summary>Registers them all.</summary>
    public StateMetrics(MetricFactory factory)
    {
        _id = factory.CreateGauge("etcd_server_id", "Member id, in the label.", "server_id");
        _clusterVersion = factory.CreateGauge(
            "etcd_cluster_version", "Version of the cluster, in the label.", "cluster_version");
        factory.CreateGauge("etcd_server_version", "Version of the server, in the label.", "server_version")
            .WithLabels(ProductVersion.Etcd).Set(1);
        factory.CreateGauge("etcd_server_go_version", "The runtime, in the label.", "server_go_version")
            .WithLabels(RuntimeInformation.FrameworkDescription).Set(1);
        _knownPeers = factory.CreateGauge("etcd_network_known_peers", "Known peers.", "Local", "Remote");
        _alarms = factory.CreateGauge(
            "etcd_debugging_server_alarms", "Active alarms, in the labels.", "server_id", "alarm_type");
        _features = factory.CreateGauge("etcd_server_feature_enabled", "1 if a feature is on.", "name", "stage");
        factory.CreateGauge("etcd_disk_defrag_inflight", "Always 0: nothing is defragmented.").Set(0);
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

        foreach (var (name, stage, isOn) in reading.Features)
        {
            _features.WithLabels(name, stage).Set(isOn ? 1 : 0);
        }

        if (reading.MemberId != 0)
        {
            var self = Hex(reading.MemberId);
            _id.WithLabels(self).Set(1);
            ShowOnly(_knownPeers, reading.Peers.Select(peer => new[] { self, Hex(peer) }));
            ShowOnly(_alarms, reading.Alarms.Select(alarm => new[] { Hex(alarm.Member), alarm.Kind }));
        }

        ShowClusterVersion(reading.ClusterVersion);
    }

    private static string Hex(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>Sets a gauge to 1 for these labels and takes away all others.</summary>
    private static void ShowOnly(Gauge gauge, IEnumerable<string[]> labels)
    {
        var shown = labels.ToArray();
        foreach (var known in gauge.GetAllLabelValues().ToArray())
        {
            if (!shown.Any(wanted => wanted.SequenceEqual(known)))
            {
                gauge.RemoveLabelled(known);
            }
        }

        foreach (var wanted in shown)
        {
            gauge.WithLabels(wanted).Set(1);
        }
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
        Counter(factory, "etcd_server_slow_read_indexes_total", "Read indexes asked for again.", r => r.SlowReadIndexes);
        Gauge(factory, "etcd_server_snapshot_apply_in_progress_total", "1 if a received snapshot is being applied.",
            r => r.SnapshotsApplying > 0 ? 1 : 0);
        Gauge(factory, "etcd_server_quota_backend_bytes", "Quota of the store, bytes.", r => r.QuotaBytes);
    }

    private void AddStore(MetricFactory factory)
    {
        Gauge(factory, "etcd_mvcc_db_total_size_in_bytes", "Bytes of the store.", r => r.StoreBytes);
        // Memory is given back as history is removed: there are no free pages, all of it is in use.
        Gauge(factory, "etcd_mvcc_db_total_size_in_use_in_bytes", "Bytes of the store in use.", r => r.StoreBytes);
        Gauge(factory, "etcd_debugging_mvcc_total_put_size_in_bytes", "Bytes of keys and values put.", r => r.PutBytes);
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
