using Grpc.Core;
using Kv.Node.Protos;
using Xunit;
using static Kv.Node.Tests.Grpc.Requests;

namespace Kv.Node.Tests.Http;

/// <summary>A node without a quorum, and a node that stops.</summary>
public sealed class NoLeaderTests
{
    private static readonly Metadata RequireLeader = new() { { "hasleader", "true" } };

    [Fact]
    public async Task Without_a_leader_only_local_data_is_served()
    {
        await using var node = await RunningNode.StartAsync(hasQuorum: false);

        Assert.Equal((503, """{"health":"false","reason":"RAFT NO LEADER"}""" + "\n"), await node.GetAsync("health"));
        Assert.Equal(200, (await node.GetAsync("health?serializable=true")).Status);
        Assert.Equal((200, "ok\n"), await node.GetAsync("livez"));
        var local = new RangeRequest { Key = Text("k"), Serializable = true };
        Assert.Empty((await node.CallAsync<RangeRequest, RangeResponse>("KV", "Range", local)).Kvs);
        var status = await node.CallAsync<StatusRequest, StatusResponse>("Maintenance", "Status", new());
        Assert.Equal("etcdserver: no leader", Assert.Single(status.Errors));

        await NoLeaderAsync(node.CallAsync<RangeRequest, RangeResponse>("KV", "Range", local, RequireLeader));
        using var watch = node.Open<WatchRequest, WatchResponse>("Watch", "Watch", RequireLeader);
        await NoLeaderAsync(watch.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Stopping_ends_open_watches()
    {
        await using var node = await RunningNode.StartAsync();
        using var watch = node.Open<WatchRequest, WatchResponse>("Watch", "Watch");
        await watch.RequestStream.WriteAsync(
            new WatchRequest { CreateRequest = new WatchCreateRequest { Key = Text("k") } });
        Assert.True(await watch.ResponseStream.MoveNext());

        var stopping = node.StopClientsAsync();
        var error = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext());
        await stopping;

        Assert.Equal((StatusCode.Unavailable, "etcdserver: server stopped"), (error.StatusCode, error.Status.Detail));
    }

    private static async Task NoLeaderAsync(Task call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal((StatusCode.Unavailable, "etcdserver: no leader"), (error.StatusCode, error.Status.Detail));
    }
}
