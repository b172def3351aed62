// The names dashboards and alerts depend on, and where their values come from.
using System.Text;
using Kv.Node.Diagnostics;
using Xunit;

namespace Kv.Node.Tests.Diagnostics;

public sealed class NodeMetricsTests
{
    [Fact]
    public async Task Everything_the_official_dashboard_queries_of_node_and_peers_is_exported()
    {
        var metrics = new NodeMetrics();
        metrics.ForPeer("1", "2").Active.Set(1);

        var text = await ExportAsync(metrics);

        foreach (var name in new[]
        {
            "etcd_server_has_leader gauge", "etcd_server_leader_changes_seen_total counter",
            "etcd_server_proposals_committed_total gauge", "etcd_server_proposals_applied_total gauge",
            "etcd_server_proposals_pending gauge", "etcd_server_proposals_failed_total counter",
            "etcd_disk_wal_fsync_duration_seconds histogram", "etcd_disk_backend_commit_duration_seconds histogram",
            "etcd_mvcc_db_total_size_in_bytes gauge", "etcd_mvcc_db_total_size_in_use_in_bytes gauge",
            "etcd_server_quota_backend_bytes gauge", "etcd_network_peer_received_bytes_total counter",
            "etcd_network_peer_sent_bytes_total counter", "etcd_network_peer_sent_failures_total counter",
            "etcd_network_peer_round_trip_time_seconds histogram", "process_resident_memory_bytes gauge", "process_open_fds gauge",
            "process_max_fds gauge", "process_start_time_seconds gauge", "process_cpu_seconds_total counter",
        })
        {
            Assert.Contains("# TYPE " + name + "\n", text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("prometheus_net", text, StringComparison.Ordinal);
        Assert.DoesNotContain("dotnet_", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task State_is_read_anew_at_each_scrape()
    {
        var metrics = new NodeMetrics();
        var reading = new MetricsReading
        {
            MemberId = 0x8e9e05c52164694d,
            HasLeader = true,
            LeaderChanges = 2,
            ProposalsCommitted = 100,
            Keys = 7,
            Revision = 9,
            ClusterVersion = "3.5",
        };
        var scrapes = 0;
        metrics.AttachSource(() =>
        {
            scrapes++;
            return reading;
        });

        var first = await ExportAsync(metrics);
        reading = reading with { HasLeader = false, IsLeader = true, LeaderChanges = 3, ClusterVersion = "3.6" };
        var second = await ExportAsync(metrics);

        Assert.Equal(2, scrapes);
        AssertHas(first, "etcd_server_has_leader 1", "etcd_server_is_leader 0", "etcd_server_leader_changes_seen_total 2",
            "etcd_server_proposals_committed_total 100", "etcd_debugging_mvcc_keys_total 7",
            "etcd_debugging_mvcc_current_revision 9", "etcd_server_id{server_id=\"8e9e05c52164694d\"} 1",
            "etcd_cluster_version{cluster_version=\"3.5\"} 1", $"etcd_server_version{{server_version=\"{ProductVersion.Etcd}\"}} 1");
        AssertHas(second, "etcd_server_has_leader 0", "etcd_server_is_leader 1", "etcd_server_leader_changes_seen_total 3",
            "etcd_cluster_version{cluster_version=\"3.6\"} 1");
        Assert.DoesNotContain("cluster_version=\"3.5\"", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Histograms_have_the_buckets_of_etcd()
    {
        var metrics = new NodeMetrics();
        metrics.WalFsyncDuration.Observe(0.003);
        metrics.ForPeer("1", "2").RoundTrip.Observe(0.00015);

        var text = await ExportAsync(metrics);

        AssertHas(text, "etcd_disk_wal_fsync_duration_seconds_bucket{le=\"0.002\"} 0",
            "etcd_disk_wal_fsync_duration_seconds_bucket{le=\"0.004\"} 1",
            "etcd_disk_wal_fsync_duration_seconds_bucket{le=\"8.192\"} 1",
            "etcd_network_peer_round_trip_time_seconds_bucket{To=\"2\",le=\"0.0002\"} 1",
            "etcd_network_peer_round_trip_time_seconds_bucket{To=\"2\",le=\"3.2768\"} 1");
    }

    [Fact]
    public async Task The_process_is_described_by_real_numbers()
    {
        var text = await ExportAsync(new NodeMetrics());

        Assert.True(Value(text, "process_resident_memory_bytes") > 1_000_000);
        Assert.True(Value(text, "process_open_fds") > 3);
        Assert.True(Value(text, "process_max_fds") >= Value(text, "process_open_fds"));
        Assert.InRange(Value(text, "process_start_time_seconds"), 1.7e9, 1e11);
    }

    [Fact]
    public async Task Two_nodes_in_one_process_do_not_share_metrics()
    {
        var one = new NodeMetrics();
        var other = new NodeMetrics();
        one.SlowApplies.Inc(5);

        AssertHas(await ExportAsync(one), "etcd_server_slow_apply_total 5");
        AssertHas(await ExportAsync(other), "etcd_server_slow_apply_total 0");
    }

    private static double Value(string text, string name) => double.Parse(
        text.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1],
        System.Globalization.CultureInfo.InvariantCulture);

    private static void AssertHas(string text, params string[] lines)
    {
        var all = text.Split('\n').ToHashSet();
        Assert.All(lines, line => Assert.Contains(line, all));
    }

    private static async Task<string> ExportAsync(NodeMetrics metrics)
    {
        using var text = new MemoryStream();
        await metrics.ExportAsync(text, CancellationToken.None);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
