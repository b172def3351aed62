// Watches over gRPC against real members: the end of a stream that insists on a leader, and a client
// that stops reading.
using Compat.Harness;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace Compat;

/// <summary>What only a real connection and a real cluster show (etcd-facts W19, W20, W23).</summary>
public sealed class WatchTests
{
    [Fact]
    public async Task A_stream_that_requires_a_leader_ends_with_it_and_others_go_on()
    {
        using var cluster = await TestCluster.StartAsync(3, "--heartbeat-interval", "50", "--election-timeout", "500");
        using var client = new Client(cluster.Nodes[0].ClientUrl);
        using var strict = client.Watch.Watch(new Metadata { { "hasleader", "true" } });
        using var patient = client.Watch.Watch();
        await CreateAsync(strict, "k");
        await CreateAsync(patient, "k");

        cluster.Nodes[1].Kill();
        cluster.Nodes[2].Kill();
        var error = await Assert.ThrowsAsync<RpcException>(() => strict.ResponseStream.MoveNext(default));
        Assert.Equal((StatusCode.Unavailable, "etcdserver: no leader"), (error.StatusCode, error.Status.Detail));

        await cluster.Nodes[1].Start().WhenReadyAsync();
        await client.Kv.PutAsync(Put("k", "v"));
        Assert.True(await patient.ResponseStream.MoveNext(default));
        Assert.Equal("k", Assert.Single(patient.ResponseStream.Current.Events).Kv.Key.ToStringUtf8());
    }

    [Fact]
    public async Task A_client_that_stops_reading_gets_everything_in_order_and_little_waits_for_it()
    {
        const int Puts = 20_000;
        using var cluster = await TestCluster.StartAsync(1);
        var url = cluster.Nodes[0].ClientUrl;
        using var stuck = new Client(url);
        using var watch = stuck.Watch.Watch();
        await CreateAsync(watch, "k");
        using var client = new Client(url);
        using var http = new HttpClient();
        var value = new string('v', 500);
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) <= Puts)
            {
                await client.Kv.PutAsync(Put("k", value));
            }
        }));

        // What the connection takes is gone; of the rest no more waits than a stream's bound.
        var metrics = await Scrape.OfAsync(http, url);
        Assert.InRange(metrics["etcd_debugging_mvcc_pending_events_total"], 0, 4_096);
        Assert.InRange(metrics["etcd_debugging_mvcc_events_total"], 1, Puts - 1);
        Assert.Equal(1, metrics["etcd_debugging_mvcc_slow_watcher_total"]);

        var last = 1L;
        while (last < Puts + 1)
        {
            Assert.True(await watch.ResponseStream.MoveNext(default));
            foreach (var change in watch.ResponseStream.Current.Events)
            {
                Assert.Equal(++last, change.Kv.ModRevision);
            }
        }
    }

    private static async Task CreateAsync(AsyncDuplexStreamingCall<WatchRequest, WatchResponse> watch, string key)
    {
        await watch.RequestStream.WriteAsync(new WatchRequest
        {
            CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFromUtf8(key) },
        });
        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.True(watch.ResponseStream.Current.Created);
    }

    private static PutRequest Put(string key, string value) => new()
    {
        Key = ByteString.CopyFromUtf8(key),
        Value = ByteString.CopyFromUtf8(value),
    };
}
