// The membership changes under load and under kill -9: nothing acknowledged is lost, nobody waits long,
// and all members agree on who they are.
using Compat.Harness;
using Etcdserverpb;
using Grpc.Core;
using Xunit;
using Xunit.Abstractions;

namespace Compat;

/// <summary>Show 4 of operation, and what a crash leaves of a change.</summary>
public sealed class MemberChangeTests(ITestOutputHelper output)
{
    /// <summary>The promise is two seconds; a busy machine of two cores is given more.</summary>
    private static readonly TimeSpan StallMax = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_cluster_grows_to_five_and_shrinks_to_one_under_load()
    {
        using var cluster = await TestCluster.StartAsync(1, "--snapshot-count", "1000");
        for (var i = 0; i < 4; i++)
        {
            cluster.PlanJoiner("--snapshot-count", "1000");
        }

        var nodes = cluster.Nodes.ToArray();
        var writer = new Writer([.. nodes.Select(n => n.ClientUrl)], "k/");
        await using (writer)
        {
            await writer.WaitForMoreAsync(1_000);
            for (var count = 2; count <= 5; count++)
            {
                await Membership.GrowAsync(nodes[0].ClientUrl, nodes[count - 1]);
                Tell($"grown to {count}", writer);
            }

            foreach (var goes in nodes[1..].Reverse())
            {
                await Membership.RemoveAsync(nodes[0].ClientUrl, goes);
                await MemberLifecycleTests.AssertLeaves(goes);
                cluster.Forget(goes);
                Tell($"shrunk to {cluster.Nodes.Length}", writer);
            }

            await writer.WaitForMoreAsync(200);
        }

        await DurabilityTests.AssertHolds(nodes[0], writer.Acknowledged);
        AssertAgreement(nodes[..1]);
        Assert.InRange(writer.LongestStall, TimeSpan.Zero, StallMax);
    }

    [Fact]
    public async Task A_leader_that_is_removed_hands_over_first()
    {
        using var cluster = await TestCluster.StartAsync(3, "--strict-reconfig-check=false");
        var leader = await DurabilityTests.LeaderOf(cluster);
        var others = cluster.Nodes.Where(n => n != leader).ToArray();
        var writer = new Writer([.. others.Select(n => n.ClientUrl)], "k/");
        await using (writer)
        {
            await writer.WaitForMoreAsync(500);
            await Membership.RemoveAsync(leader.ClientUrl, leader);
            await MemberLifecycleTests.AssertLeaves(leader);
            await writer.WaitForMoreAsync(500);
        }

        Tell("leader removed", writer);
        cluster.Forget(leader);
        await DurabilityTests.AssertSame(cluster);
        await DurabilityTests.AssertHolds(others[0], writer.Acknowledged);
        Assert.InRange(writer.LongestStall, TimeSpan.Zero, StallMax);
    }

    [Fact]
    public async Task Kill_9_in_the_middle_of_changes_leaves_all_members_in_agreement()
    {
        using var cluster = await TestCluster.StartAsync(3, "--strict-reconfig-check=false", "--max-learners=9");
        for (var round = 0; round < 3; round++)
        {
            var leader = await DurabilityTests.LeaderOf(cluster);
            var other = cluster.Nodes.First(n => n != leader);
            var asked = Enumerable.Range(0, 6).Select(i => AddAsync(i % 2 == 0 ? leader : other, round, i)).ToArray();
            // Some are in the log, some on their way, some not asked yet.
            await Task.WhenAny(asked);
            leader.Kill();
            await Task.WhenAll(asked);
            await leader.Start().WhenReadyAsync();
            await AssertSameMembersAsync(cluster);
        }

        AssertAgreement(cluster.Nodes);
        // Whatever came of them, they can be taken away again, and the three go on.
        foreach (var row in (await Membership.ListAsync(cluster.Endpoints)).Where(row => !row.IsStarted))
        {
            await EtcdCtl.RunAsync(cluster.Endpoints, "member", "remove", row.Id);
        }

        await AssertSameMembersAsync(cluster);
        Assert.Equal(3, (await Membership.ListAsync(cluster.Endpoints)).Length);
        foreach (var node in cluster.Nodes)
        {
            node.Kill();
        }

        await cluster.StartAllAsync();
        await AssertSameMembersAsync(cluster);
        await EtcdCtl.RunAsync(cluster.Endpoints, "put", "k", "v");
        AssertAgreement(cluster.Nodes);
    }

    [Fact]
    public async Task Changes_asked_for_at_once_are_made_one_after_the_other()
    {
        using var cluster = await TestCluster.StartAsync(3, "--strict-reconfig-check=false", "--max-learners=9");
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 9).Select(i => AddAsync(cluster.Nodes[i % 3], 0, i / 2)));

        // Five addresses, four of them asked for twice.
        Assert.Equal(5, answers.Count(answer => answer is null));
        Assert.All(
            answers.Where(answer => answer is not null),
            answer => Assert.Equal("etcdserver: Peer URLs already exists", answer));
        await AssertSameMembersAsync(cluster);
        Assert.Equal(8, (await Membership.ListAsync(cluster.Endpoints)).Length);
        AssertAgreement(cluster.Nodes);
    }

    /// <summary>Null, or the error.</summary>
    private static async Task<string?> AddAsync(Node through, int round, int number)
    {
        using var client = new Client(through.ClientUrl);
        var request = new MemberAddRequest { IsLearner = true };
        request.PeerURLs.Add($"http://127.0.0.1:{(round * 100) + number + 1}");
        try
        {
            await client.Cluster.MemberAddAsync(request, deadline: DateTime.UtcNow.AddSeconds(20));
            return null;
        }
        catch (RpcException error)
        {
            return error.Status.Detail;
        }
    }

    private static Task AssertSameMembersAsync(TestCluster cluster) =>
        Eventually.Holds(
            async () =>
            {
                var lists = await Task.WhenAll(cluster.Nodes.Select(n => EtcdCtl.RunAsync(n.ClientUrl, "member", "list")));
                return lists.Distinct().Count() == 1;
            },
            "all list the same members");

    /// <summary>A node says so if its store and Raft differ about the members.</summary>
    private static void AssertAgreement(IEnumerable<Node> nodes) =>
        Assert.All(nodes, node => Assert.DoesNotContain("this is a bug", node.Process!.Log, StringComparison.Ordinal));

    private void Tell(string what, Writer writer) => output.WriteLine(
        $"{what}: {writer.Acknowledged.Count} writes, longest stall so far {writer.LongestStall.TotalMilliseconds:f0} ms");
}
