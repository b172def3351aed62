// Disaster recovery: one directory is left, and goes on alone with everything in it.
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>--force-new-cluster.</summary>
public sealed class ForceNewClusterTests
{
    [Fact]
    public async Task One_survivor_goes_on_alone_and_grows_again()
    {
        using var cluster = await TestCluster.StartAsync(3, "--snapshot-count", "100");
        var leader = await DurabilityTests.LeaderOf(cluster);
        var survivor = cluster.Nodes.First(n => n != leader);
        var writer = new Writer([.. cluster.Nodes.Select(n => n.ClientUrl)], "k/");
        await using (writer)
        {
            await writer.WaitForMoreAsync(500);
        }

        await DurabilityTests.AssertSame(cluster);
        using var client = new Client(survivor.ClientUrl);
        var revision = await client.RevisionAsync();
        var id = await Membership.IdOfAsync(survivor.ClientUrl, survivor);
        foreach (var node in cluster.Nodes)
        {
            node.Kill();
        }

        await survivor.Start("--force-new-cluster").WhenReadyAsync();
        Assert.Contains("goes on with member", survivor.Process!.Log, StringComparison.Ordinal);
        await AssertAloneAsync();

        // The flag a second time changes nothing; without it, neither.
        survivor.Kill();
        await survivor.Start("--force-new-cluster").WhenReadyAsync();
        await AssertAloneAsync();
        survivor.Kill();
        await survivor.Start().WhenReadyAsync();
        await AssertAloneAsync();

        // One of the dropped, back from the dead, is sent away; a new one is welcome.
        var dropped = cluster.Nodes.First(n => n != survivor);
        dropped.Start();
        await MemberLifecycleTests.AssertLeaves(dropped);
        foreach (var node in cluster.Nodes.Where(n => n != survivor).ToArray())
        {
            cluster.Forget(node);
        }

        await Membership.GrowAsync(survivor.ClientUrl, cluster.PlanJoiner());
        await EtcdCtl.RunAsync(survivor.ClientUrl, "put", "new", "life");
        await DurabilityTests.AssertSame(cluster);

        async Task AssertAloneAsync()
        {
            var only = Assert.Single(await Membership.ListAsync(survivor.ClientUrl));
            Assert.Equal((id, false), (only.Id, only.IsLearner));
            Assert.Equal(revision, await client.RevisionAsync());
            await DurabilityTests.AssertHolds(survivor, writer.Acknowledged);
            Assert.DoesNotContain("this is a bug", survivor.Process!.Log, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_learner_can_be_the_survivor()
    {
        using var cluster = await TestCluster.StartAsync(1);
        await EtcdCtl.RunAsync(cluster.Nodes[0].ClientUrl, "put", "k", "v");
        var learner = cluster.PlanJoiner();
        await Membership.AddAsync(cluster.Nodes[0].ClientUrl, learner);
        await learner.Start().WhenReadyAsync();
        cluster.Nodes[0].Kill();
        learner.Kill();

        await learner.Start("--force-new-cluster").WhenReadyAsync();

        Assert.False(Assert.Single(await Membership.ListAsync(learner.ClientUrl)).IsLearner);
        Assert.Equal("k\nv\n", await EtcdCtl.RunAsync(learner.ClientUrl, "get", "k"));
    }

    [Fact]
    public async Task It_needs_a_directory_to_survive_in()
    {
        using var cluster = TestCluster.Plan(1);
        Assert.Equal(1, await cluster.Nodes[0].Start("--force-new-cluster").WhenExitedAsync());
        Assert.Contains("--force-new-cluster needs", cluster.Nodes[0].Process!.Log.Split('\n')[^1], StringComparison.Ordinal);
    }
}
