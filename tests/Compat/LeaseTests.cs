// Leases against a real cluster: through any member, under changes of leader, and many at once.
using Compat.Harness;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace Compat;

/// <summary>Lease semantics (etcd-facts L1-L11) over gRPC.</summary>
public sealed class LeaseTests
{
    private static readonly string[] Brisk = ["--heartbeat-interval", "50", "--election-timeout", "500"];

    [Fact]
    public async Task Every_member_answers_for_leases_whoever_leads()
    {
        using var cluster = await TestCluster.StartAsync(3, Brisk);
        using var first = new Client(cluster.Nodes[0].ClientUrl);
        var granted = await first.Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = 300, ID = 77 });
        Assert.Equal((77, 300), (granted.ID, granted.TTL));
        await first.Kv.PutAsync(Put("b", 77));
        await first.Kv.PutAsync(Put("a", 77));
        foreach (var node in cluster.Nodes)
        {
            using var client = new Client(node.ClientUrl);
            Assert.Equal([300L, 0, 300], await KeepAliveAsync(client, 77, 5, 77));
            var time = await client.Lease.LeaseTimeToLiveAsync(new LeaseTimeToLiveRequest { ID = 77, Keys = true });
            Assert.Equal(300, time.GrantedTTL);
            Assert.InRange(time.TTL, 290, 300);
            Assert.Equal(["a", "b"], time.Keys.Select(key => key.ToStringUtf8()));
            var unknown = await client.Lease.LeaseTimeToLiveAsync(new LeaseTimeToLiveRequest { ID = 5, Keys = true });
            Assert.Equal((5, -1, 0), (unknown.ID, unknown.TTL, unknown.Keys.Count));
            await RefusedAsync(
                StatusCode.FailedPrecondition, "etcdserver: lease already exists", client, new() { TTL = 5, ID = 77 });
            await RefusedAsync(
                StatusCode.OutOfRange, "etcdserver: too large lease TTL", client, new() { TTL = 9_000_000_001 });
            Assert.Equal(1, (await client.Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = -1 })).TTL);
        }
    }

    [Fact]
    public async Task An_orderly_change_of_leader_keeps_what_a_lease_has_left()
    {
        using var cluster = await TestCluster.StartAsync(3, Brisk);
        var leader = await LeaderAsync(cluster);
        using var client = new Client(cluster.Nodes.First(node => node != leader).ClientUrl);
        await client.Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = 600, ID = 1 });
        await client.Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = 600, ID = 2 });
        await Eventually.Holds(async () => await LeftAsync(client, 1) <= 597, "some time has passed");
        Assert.Equal([600L], await KeepAliveAsync(client, 2));

        leader.Process!.Terminate();
        Assert.Equal(0, await leader.Process.WhenExitedAsync());
        Assert.InRange(await LeftAsync(client, 1), 500, 598);
        Assert.InRange(await LeftAsync(client, 2), 599, 600);
    }

    [Fact]
    public async Task Leases_end_though_the_leader_dies_in_the_middle_of_it_and_those_kept_alive_stay()
    {
        const int Count = 1_000;
        using var cluster = await TestCluster.StartAsync(3, Brisk);
        var leader = await LeaderAsync(cluster);
        var other = cluster.Nodes.First(node => node != leader);
        using var client = new Client(other.ClientUrl);
        await client.Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = 600, ID = 1_000_000 });
        await client.Kv.PutAsync(Put("l/kept", 1_000_000));
        await Task.WhenAll(Enumerable.Range(1, Count).Select(async id =>
        {
            await client.Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = 2, ID = id });
            await client.Kv.PutAsync(Put($"l/{id}", id));
        }));
        await Eventually.Holds(async () => await KeysAsync(client) < Count, "leases have begun to end");
        leader.Kill();

        Assert.Equal([600L], await KeepAliveAsync(client, 1_000_000));
        await Eventually.Holds(async () => await KeysAsync(client) == 1, "all but one have ended");
        Assert.InRange(await LeftAsync(client, 1_000_000), 570, 600);
        Assert.Equal(1_000_000, Assert.Single((await client.Lease.LeaseLeasesAsync(new LeaseLeasesRequest())).Leases).ID);
    }

    [Fact]
    public async Task Thousands_are_kept_alive_over_one_stream_of_a_follower()
    {
        const int Count = 1_000;
        using var cluster = await TestCluster.StartAsync(3, Brisk);
        var leader = await LeaderAsync(cluster);
        using var client = new Client(cluster.Nodes.First(node => node != leader).ClientUrl);
        var ids = Enumerable.Range(1, Count).Select(i => (long)i).ToArray();
        await Task.WhenAll(ids.Select(
            id => client.Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = 60, ID = id }).ResponseAsync));

        Assert.All(await KeepAliveAsync(client, ids), ttl => Assert.Equal(60, ttl));
    }

    private static async Task<IReadOnlyList<long>> KeepAliveAsync(Client client, params long[] ids)
    {
        using var stream = client.Lease.LeaseKeepAlive();
        var asking = Task.Run(async () =>
        {
            foreach (var id in ids)
            {
                await stream.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = id });
            }

            await stream.RequestStream.CompleteAsync();
        });
        var answers = new List<long>();
        while (await stream.ResponseStream.MoveNext(default))
        {
            Assert.Equal(ids[answers.Count], stream.ResponseStream.Current.ID);
            answers.Add(stream.ResponseStream.Current.TTL);
        }

        await asking;
        return answers;
    }

    private static async Task<long> LeftAsync(Client client, long id) =>
        (await client.Lease.LeaseTimeToLiveAsync(new LeaseTimeToLiveRequest { ID = id })).TTL;

    private static async Task<long> KeysAsync(Client client) => (await client.Kv.RangeAsync(new RangeRequest
    {
        Key = ByteString.CopyFromUtf8("l/"),
        RangeEnd = ByteString.CopyFromUtf8("l0"),
        CountOnly = true,
        Serializable = true,
    })).Count;

    private static async Task<Node> LeaderAsync(TestCluster cluster)
    {
        foreach (var node in cluster.Nodes)
        {
            using var client = new Client(node.ClientUrl);
            if (await client.LeadsAsync())
            {
                return node;
            }
        }

        throw new InvalidOperationException("nobody leads");
    }

    private static async Task RefusedAsync(StatusCode code, string text, Client client, LeaseGrantRequest request)
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () => await client.Lease.LeaseGrantAsync(request));
        Assert.Equal((code, text), (error.StatusCode, error.Status.Detail));
    }

    private static PutRequest Put(string key, long lease) => new()
    {
        Key = ByteString.CopyFromUtf8(key),
        Lease = lease,
    };
}
