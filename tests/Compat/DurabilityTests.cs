// Kills without warning: what was acknowledged is there afterwards, everywhere.
using System.Diagnostics;
using Compat.Harness;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace Compat;

/// <summary>Shows 2 of the foundation.</summary>
public sealed class DurabilityTests
{
    [Fact]
    public async Task A_single_node_killed_again_and_again_keeps_every_acknowledged_write()
    {
        using var cluster = await TestCluster.StartAsync(1, "--snapshot-count", "500");
        var expected = new Dictionary<string, string>();
        for (var round = 0; round < 4; round++)
        {
            var writer = new Writer([cluster.Nodes[0].ClientUrl], $"r{round}/");
            await using (writer)
            {
                await writer.WaitForMoreAsync(1_000);
                cluster.Nodes[0].Kill();
            }

            foreach (var (key, value) in writer.Acknowledged)
            {
                expected[key] = value;
            }

            await cluster.Nodes[0].Start().WhenReadyAsync();
            await AssertHolds(cluster.Nodes[0], expected);
        }
    }

    [Fact]
    public async Task The_leaders_death_stops_writes_for_no_more_than_three_seconds_and_loses_none()
    {
        using var cluster = await TestCluster.StartAsync(3);
        var leader = await LeaderOf(cluster);
        var writer = new Writer([.. cluster.Nodes.Select(n => n.ClientUrl)], "k/");
        await using (writer)
        {
            await writer.WaitForMoreAsync(500);
            var killedAt = Stopwatch.GetTimestamp();
            leader.Kill();
            // Writers hang on the dead leader's neighbours until there is a new one.
            await writer.WaitForMoreAsync(50, TimeSpan.FromSeconds(3));
            Assert.True(writer.LastAcknowledgedAt > killedAt);
            await leader.Start().WhenReadyAsync();
            await writer.WaitForMoreAsync(200);
        }

        await AssertSame(cluster);
        foreach (var node in cluster.Nodes)
        {
            await AssertHolds(node, writer.Acknowledged);
        }
    }

    [Fact]
    public async Task A_write_lost_with_the_leader_is_answered_as_soon_as_there_is_another_one()
    {
        using var cluster = await TestCluster.StartAsync(3);
        var leader = await LeaderOf(cluster);
        using var client = new Client(cluster.Nodes.First(n => n != leader).ClientUrl);
        leader.Process!.Pause();
        // Passed on to a leader that takes it and says nothing. The request timeout would be seven seconds.
        var request = new PutRequest { Key = ByteString.CopyFromUtf8("k") };
        var error = await Record.ExceptionAsync(
            async () => await client.Kv.PutAsync(request, deadline: DateTime.UtcNow.AddSeconds(6)));
        Assert.Equal(
            "etcdserver: request timed out, possibly due to previous leader failure",
            Assert.IsType<RpcException>(error).Status.Detail);
        await client.Kv.PutAsync(request);
    }

    [Fact]
    public async Task All_three_killed_at_once_come_back_with_everything_and_equal()
    {
        using var cluster = await TestCluster.StartAsync(3, "--snapshot-count", "1000");
        var writer = new Writer([.. cluster.Nodes.Select(n => n.ClientUrl)], "k/", clients: 8);
        await using (writer)
        {
            await writer.WaitForMoreAsync(3_000);
            foreach (var node in cluster.Nodes)
            {
                node.Kill();
            }
        }

        await cluster.StartAllAsync();
        await AssertSame(cluster);
        foreach (var node in cluster.Nodes)
        {
            await AssertHolds(node, writer.Acknowledged);
        }
    }

    [Fact]
    public async Task An_orderly_stop_hands_leadership_over_and_exits_with_0()
    {
        using var cluster = await TestCluster.StartAsync(3);
        var leader = await LeaderOf(cluster);
        var others = cluster.Nodes.Where(n => n != leader).ToArray();
        var writer = new Writer([.. others.Select(n => n.ClientUrl)], "k/");
        await using (writer)
        {
            await writer.WaitForMoreAsync(100);
            leader.Process!.Terminate();
            Assert.Equal(0, await leader.Process.WhenExitedAsync(TimeSpan.FromSeconds(10)));
            await writer.WaitForMoreAsync(100, TimeSpan.FromSeconds(3));
        }

        Assert.Contains(others, n => n != leader);
        await AssertHolds(await LeaderOf(others), writer.Acknowledged);
    }

    internal static Task<Node> LeaderOf(TestCluster cluster) => LeaderOf(cluster.Nodes);

    internal static async Task<Node> LeaderOf(IReadOnlyList<Node> nodes)
    {
        Node? leader = null;
        await Eventually.Holds(
            async () =>
            {
                foreach (var node in nodes)
                {
                    using var client = new Client(node.ClientUrl);
                    if (await client.LeadsAsync())
                    {
                        leader = node;
                    }
                }

                return leader is not null;
            },
            "somebody leads");
        return leader!;
    }

    /// <summary>All members reach one revision and have one hash there.</summary>
    internal static async Task AssertSame(TestCluster cluster)
    {
        var clients = cluster.Nodes.Select(n => new Client(n.ClientUrl)).ToArray();
        try
        {
            await Eventually.Holds(
                async () => (await Task.WhenAll(clients.Select(c => c.RevisionAsync()))).Distinct().Count() == 1,
                "all members are at one revision");
            var hashes = await Task.WhenAll(clients.Select(c => c.HashAsync()));
            Assert.Single(hashes.Distinct());
        }
        finally
        {
            foreach (var client in clients)
            {
                client.Dispose();
            }
        }
    }

    internal static async Task AssertHolds(Node node, IReadOnlyDictionary<string, string> expected)
    {
        using var client = new Client(node.ClientUrl);
        foreach (var prefix in expected.Keys.Select(k => k[..(k.IndexOf('/', StringComparison.Ordinal) + 1)]).Distinct())
        {
            var found = await client.ReadAllAsync(prefix);
            foreach (var (key, value) in expected.Where(e => e.Key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                Assert.True(found.TryGetValue(key, out var there), $"{key} was acknowledged and is missing");
                Assert.Equal(value, there);
            }
        }
    }
}
