// Handing leadership over on request.
using System.Globalization;
using Compat.Harness;
using Etcdserverpb;
using Grpc.Core;
using Xunit;

namespace Compat;

/// <summary>MoveLeader (M11).</summary>
public sealed class MoveLeaderTests
{
    [Fact]
    public async Task The_leader_hands_over_to_each_member_in_turn_and_loses_no_write()
    {
        using var cluster = await TestCluster.StartAsync(3);
        var writer = new Writer([.. cluster.Nodes.Select(node => node.ClientUrl)], "w/");
        await writer.WaitForMoreAsync(20);
        foreach (var node in cluster.Nodes)
        {
            using var client = new Client(node.ClientUrl);
            var target = (await client.Maintenance.StatusAsync(new StatusRequest())).Header.MemberId;
            var printed = await EtcdCtl.RunAsync(
                cluster.Endpoints, "move-leader", target.ToString("x", CultureInfo.InvariantCulture));
            Assert.Matches($"^Leadership transferred from [0-9a-f]+ to {target:x}\n$", printed);
            // It leads when the call returns, not some time later.
            Assert.True(await client.LeadsAsync());
            await writer.WaitForMoreAsync(20);
        }

        await writer.DisposeAsync();
        using var reader = new Client(cluster.Nodes[0].ClientUrl);
        var kept = await reader.ReadAllAsync("w/", serializable: false);
        Assert.All(writer.Acknowledged, pair => Assert.Equal(pair.Value, kept[pair.Key]));
    }

    [Fact]
    public async Task Only_the_leader_moves_and_only_to_a_voter()
    {
        using var cluster = await TestCluster.StartAsync(3);
        foreach (var node in cluster.Nodes)
        {
            using var client = new Client(node.ClientUrl);
            var (code, text) = await client.LeadsAsync()
                ? (StatusCode.FailedPrecondition, "etcdserver: bad leader transferee")
                : (StatusCode.FailedPrecondition, "etcdserver: not leader");
            var error = await Assert.ThrowsAsync<RpcException>(
                () => client.Maintenance.MoveLeaderAsync(new MoveLeaderRequest { TargetID = 42 }).ResponseAsync);
            Assert.Equal((code, text), (error.StatusCode, error.Status.Detail));
        }
    }

    [Fact]
    public async Task A_target_that_does_not_answer_is_given_up()
    {
        using var cluster = await TestCluster.StartAsync(3);
        var leader = cluster.Nodes[0];
        foreach (var node in cluster.Nodes)
        {
            using var candidate = new Client(node.ClientUrl);
            leader = await candidate.LeadsAsync() ? node : leader;
        }

        var silent = cluster.Nodes.First(node => node != leader);
        using var silentClient = new Client(silent.ClientUrl);
        var target = (await silentClient.Maintenance.StatusAsync(new StatusRequest())).Header.MemberId;
        silent.Process!.Pause();
        try
        {
            using var client = new Client(leader.ClientUrl);
            var error = await Assert.ThrowsAsync<RpcException>(
                () => client.Maintenance.MoveLeaderAsync(new MoveLeaderRequest { TargetID = target }).ResponseAsync);
            Assert.Equal(StatusCode.Unknown, error.StatusCode);
            Assert.Equal("etcdserver: request timed out, leader transfer took too long", error.Status.Detail);
            await EtcdCtl.RunAsync(leader.ClientUrl, "put", "still", "writable");
        }
        finally
        {
            silent.Process.Resume();
        }
    }
}
