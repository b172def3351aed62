// What Prometheus, the official dashboard and its alerts see of a cluster (etcd-facts §6).
using Compat.Harness;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace Compat;

/// <summary>Names, types and values of the metrics of real members.</summary>
public sealed class MetricsTests : IAsyncLifetime, IDisposable
{
    /// <summary>Everything the official dashboard and the alert mixin query, with its type (§6.1).</summary>
    private static readonly (string Name, string Type)[] Official =
    [
        ("etcd_server_has_leader", "gauge"),
        ("etcd_server_leader_changes_seen_total", "counter"),
        ("etcd_server_proposals_committed_total", "gauge"),
        ("etcd_server_proposals_applied_total", "gauge"),
        ("etcd_server_proposals_pending", "gauge"),
        ("etcd_server_proposals_failed_total", "counter"),
        ("etcd_disk_wal_fsync_duration_seconds", "histogram"),
        ("etcd_disk_backend_commit_duration_seconds", "histogram"),
        ("etcd_mvcc_db_total_size_in_bytes", "gauge"),
        ("etcd_mvcc_db_total_size_in_use_in_bytes", "gauge"),
        ("etcd_server_quota_backend_bytes", "gauge"),
        ("etcd_network_client_grpc_received_bytes_total", "counter"),
        ("etcd_network_client_grpc_sent_bytes_total", "counter"),
        ("etcd_network_peer_received_bytes_total", "counter"),
        ("etcd_network_peer_sent_bytes_total", "counter"),
        ("etcd_network_peer_sent_failures_total", "counter"),
        ("etcd_network_peer_round_trip_time_seconds", "histogram"),
        ("grpc_server_started_total", "counter"),
        ("grpc_server_handled_total", "counter"),
        ("grpc_server_handling_seconds", "histogram"),
        ("process_resident_memory_bytes", "gauge"),
        ("process_open_fds", "gauge"),
        ("process_max_fds", "gauge"),
    ];

    /// <summary>What others query and what means something here (§6.2).</summary>
    private static readonly (string Name, string Type)[] Others =
    [
        ("etcd_server_is_leader", "gauge"),
        ("etcd_server_is_learner", "gauge"),
        ("etcd_server_id", "gauge"),
        ("etcd_server_version", "gauge"),
        ("etcd_server_go_version", "gauge"),
        ("etcd_server_feature_enabled", "gauge"),
        ("etcd_server_heartbeat_send_failures_total", "counter"),
        ("etcd_server_slow_apply_total", "counter"),
        ("etcd_server_slow_read_indexes_total", "counter"),
        ("etcd_server_read_indexes_failed_total", "counter"),
        ("etcd_server_apply_duration_seconds", "histogram"),
        ("etcd_server_range_duration_seconds", "histogram"),
        ("etcd_server_client_requests_total", "counter"),
        ("etcd_server_health_success", "counter"),
        ("etcd_server_health_failures", "counter"),
        ("etcd_server_healthcheck", "gauge"),
        ("etcd_server_healthchecks_total", "counter"),
        ("etcd_server_snapshot_apply_in_progress_total", "gauge"),
        ("etcd_cluster_version", "gauge"),
        ("etcd_mvcc_range_total", "counter"),
        ("etcd_mvcc_put_total", "counter"),
        ("etcd_mvcc_delete_total", "counter"),
        ("etcd_mvcc_txn_total", "counter"),
        ("etcd_mvcc_hash_duration_seconds", "histogram"),
        ("etcd_mvcc_hash_rev_duration_seconds", "histogram"),
        ("etcd_disk_backend_snapshot_duration_seconds", "histogram"),
        ("etcd_debugging_mvcc_keys_total", "gauge"),
        ("etcd_debugging_mvcc_current_revision", "gauge"),
        ("etcd_debugging_mvcc_compact_revision", "gauge"),
        ("etcd_debugging_mvcc_watcher_total", "gauge"),
        ("etcd_debugging_mvcc_watch_stream_total", "gauge"),
        ("etcd_debugging_mvcc_slow_watcher_total", "gauge"),
        ("etcd_debugging_mvcc_events_total", "counter"),
        ("etcd_debugging_mvcc_pending_events_total", "gauge"),
        ("etcd_debugging_mvcc_db_compaction_keys_total", "counter"),
        ("etcd_debugging_mvcc_db_compaction_total_duration_milliseconds", "histogram"),
        ("etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds", "histogram"),
        ("etcd_debugging_mvcc_db_compaction_last", "gauge"),
        ("etcd_debugging_mvcc_total_put_size_in_bytes", "gauge"),
        ("etcd_debugging_lease_granted_total", "counter"),
        ("etcd_debugging_lease_revoked_total", "counter"),
        ("etcd_debugging_lease_renewed_total", "counter"),
        ("etcd_debugging_lease_ttl_total", "histogram"),
        ("etcd_debugging_server_lease_expired_total", "counter"),
        ("etcd_disk_defrag_inflight", "gauge"),
        ("etcd_disk_wal_write_bytes_total", "gauge"),
        ("etcd_disk_wal_write_duration_seconds", "histogram"),
        ("etcd_snap_db_fsync_duration_seconds", "histogram"),
        ("etcd_snap_db_save_total_duration_seconds", "histogram"),
        ("etcd_network_active_peers", "gauge"),
        ("etcd_network_known_peers", "gauge"),
        ("etcd_network_server_stream_failures_total", "counter"),
        ("etcd_network_snapshot_send_inflights_total", "gauge"),
        ("etcd_network_snapshot_send_total_duration_seconds", "histogram"),
        ("etcd_network_snapshot_receive_inflights_total", "gauge"),
        ("etcd_network_snapshot_receive_total_duration_seconds", "histogram"),
        ("os_fd_used", "gauge"),
        ("os_fd_limit", "gauge"),
    ];

    private readonly HttpClient _http = new();
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(3, "--metrics", "extensive");

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _http.Dispose();
        _cluster.Dispose();
    }

    [Fact]
    public async Task Every_name_is_there_after_some_traffic_and_the_values_are_true()
    {
        var url = _cluster.Nodes[0].ClientUrl;
        using var client = new Client(url);
        using var watch = client.Watch.Watch();
        await watch.RequestStream.WriteAsync(new WatchRequest
        {
            CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFromUtf8("k1") },
        });
        Assert.True(await watch.ResponseStream.MoveNext(default));
        for (var i = 0; i < 5; i++)
        {
            await client.Kv.PutAsync(Put($"k{i}", "v"));
        }

        await client.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("k1") });
        await client.Kv.DeleteRangeAsync(new DeleteRangeRequest { Key = ByteString.CopyFromUtf8("k0") });
        await client.Kv.TxnAsync(new TxnRequest
        {
            Success =
            {
                new RequestOp { RequestPut = Put("t", "1") },
                new RequestOp { RequestPut = Put("u", "1") },
                new RequestOp { RequestRange = new RangeRequest { Key = ByteString.CopyFromUtf8("t") } },
            },
        });
        var lease = await client.Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = 100 });
        await client.Lease.LeaseRevokeAsync(new LeaseRevokeRequest { ID = lease.ID });
        await client.Kv.CompactAsync(new CompactionRequest { Revision = 8, Physical = true });
        await Assert.ThrowsAsync<RpcException>(
            async () => await client.Kv.PutAsync(new PutRequest { Value = ByteString.CopyFromUtf8("no key") }));
        await client.Maintenance.HashKVAsync(new HashKVRequest());
        await _http.GetStringAsync($"{url}/health");
        await _http.GetStringAsync($"{url}/readyz");
        await Eventually.Holds(
            async () => (await Scrape.OfAsync(_http, url)).Sum("etcd_network_peer_round_trip_time_seconds") >= 2,
            "both peers have been probed");

        var seen = await Scrape.OfAsync(_http, url);
        foreach (var (name, type) in Official.Concat(Others))
        {
            Assert.True(seen.TypeOf(name) == type, $"{name} is {seen.TypeOf(name)}, not {type}");
        }

        foreach (var (name, _) in Official)
        {
            Assert.True(seen.HasValue(name), name);
        }

        Assert.Equal(7, seen["etcd_mvcc_put_total"]);
        Assert.Equal(5 * 3 + 2 * 2, seen["etcd_debugging_mvcc_total_put_size_in_bytes"]);
        Assert.Equal(1, seen["etcd_mvcc_delete_total"]);
        Assert.Equal(2, seen["etcd_mvcc_range_total"]);
        Assert.Equal(1, seen["etcd_mvcc_txn_total"]);
        Assert.Equal(6, seen["etcd_debugging_mvcc_keys_total"]);
        Assert.Equal(8, seen["etcd_debugging_mvcc_current_revision"]);
        Assert.Equal(8, seen["etcd_debugging_mvcc_compact_revision"]);
        Assert.Equal(1, seen["etcd_debugging_mvcc_watcher_total"]);
        Assert.Equal(1, seen["etcd_debugging_mvcc_events_total"]);
        Assert.Equal(1, seen["etcd_debugging_lease_granted_total"]);
        Assert.Equal(1, seen["etcd_debugging_lease_revoked_total"]);
        Assert.Equal(1, seen["etcd_server_has_leader"]);
        Assert.Equal(2L << 30, seen["etcd_server_quota_backend_bytes"]);
        Assert.Equal(5, seen["etcd_server_apply_duration_seconds_count{version=\"v3\",op=\"Put\",success=\"true\"}"]);
        Assert.True(seen["etcd_disk_wal_fsync_duration_seconds_count"] > 0);
        Assert.True(seen["etcd_debugging_mvcc_db_compaction_keys_total"] > 0);
        Assert.Equal(1, seen["etcd_mvcc_hash_rev_duration_seconds_count"]);
        Assert.True(seen["process_open_fds"] > 3 && seen["process_max_fds"] > seen["process_open_fds"]);
        Assert.Equal(1, seen["etcd_server_health_success"]);
        Assert.Equal(1, seen["etcd_server_healthchecks_total{type=\"readyz\",name=\"non_learner\",status=\"success\"}"]);
        Assert.Equal(5, seen[Call("started_total", "KV", "Put", "")] - seen[Call("handled_total", "KV", "Put", "InvalidArgument")]);
        Assert.Equal(5, seen[Call("handled_total", "KV", "Put", "OK")]);
        Assert.Equal(6, seen[Call("handling_seconds_count", "KV", "Put", "")]);
        Assert.Equal(1, seen[Call("started_total", "Watch", "Watch", "", "bidi_stream")]);
        Assert.Equal(0, seen[Call("handled_total", "Watch", "Watch", "OK", "bidi_stream")]);
        Assert.Equal(Doubled(0.001, 14), seen.Bounds("etcd_disk_wal_fsync_duration_seconds"), Close);
        Assert.Equal(Doubled(0.001, 14), seen.Bounds("etcd_disk_backend_commit_duration_seconds"), Close);
        Assert.Equal(Doubled(0.0001, 16), seen.Bounds("etcd_network_peer_round_trip_time_seconds"), Close);
    }

    [Fact]
    public async Task Members_agree_on_the_leader_and_count_what_they_applied_and_sent_each_other()
    {
        using var client = new Client(_cluster.Nodes[1].ClientUrl);
        var before = await Scrape.OfAsync(_http, _cluster.Nodes[1].ClientUrl);
        for (var i = 0; i < 5; i++)
        {
            await client.Kv.PutAsync(Put($"big{i}", new string('x', 100_000)));
        }

        Scrape[] all = [];
        await Eventually.Holds(
            async () =>
            {
                all = await Task.WhenAll(_cluster.Nodes.Select(node => Scrape.OfAsync(_http, node.ClientUrl)));
                // A put is counted a moment before its state is published.
                return all.All(member => member["etcd_mvcc_put_total"] == 5
                    && member["etcd_mvcc_db_total_size_in_bytes"] > 500_000);
            },
            "all members have applied the puts");
        Assert.Equal(1, all.Sum(member => member["etcd_server_is_leader"]));
        Assert.All(all, member => Assert.Equal(2, member.Sum("etcd_network_known_peers")));
        Assert.All(all, member => Assert.Equal(2, member.Sum("etcd_network_active_peers")));
        var leader = all.Single(member => member["etcd_server_is_leader"] == 1);
        Assert.True(leader.Sum("etcd_network_peer_sent_bytes_total") > 1_000_000);
        Assert.All(all.Where(m => m != leader), m => Assert.True(m.Sum("etcd_network_peer_received_bytes_total") > 500_000));
        Assert.InRange(Received(all[1]) - Received(before), 500_000, 510_000);
        Assert.InRange(Received(all[0]), 0, 50_000);

        static double Received(Scrape member) => member["etcd_network_client_grpc_received_bytes_total"];
    }

    private static bool Close(double one, double other) => Math.Abs(one - other) < one / 1000;

    private static double[] Doubled(double first, int count) =>
        [.. Enumerable.Range(0, count).Select(i => first * Math.Pow(2, i))];

    private static string Call(string metric, string service, string method, string code, string type = "unary") =>
        $"grpc_server_{metric}{{grpc_type=\"{type}\",grpc_service=\"etcdserverpb.{service}\",grpc_method=\"{method}\""
        + (code.Length > 0 ? $",grpc_code=\"{code}\"}}" : "}");

    private static PutRequest Put(string key, string value) => new()
    {
        Key = ByteString.CopyFromUtf8(key),
        Value = ByteString.CopyFromUtf8(value),
    };
}
