// A member's life as kubeadm and operators conduct it: added as a learner, started, promoted, moved,
// removed; and what happens when it is started wrongly.
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>Membership of one node more (etcd-facts M3, M5-M8, M10, §4.8).</summary>
public sealed class MemberLifecycleTests
{
    [Fact]
    public async Task Kubeadms_procedure_from_learner_to_removal()
    {
        using var cluster = await TestCluster.StartAsync(1);
        var first = cluster.Nodes[0];
        await EtcdCtl.RunAsync(first.ClientUrl, "put", "before", "joining");
        var joiner = cluster.PlanJoiner();

        await Membership.AddAsync(first.ClientUrl, joiner);
        var added = (await Membership.ListAsync(first.ClientUrl)).Single(row => row.PeerUrls == joiner.PeerUrl);
        Assert.Equal((false, "", "", true), (added.IsStarted, added.Name, added.ClientUrls, added.IsLearner));
        var early = await EtcdCtl.TryAsync(first.ClientUrl, "member", "promote", added.Id);
        Assert.Contains("can only promote a learner member which is in sync with leader", early.Error, StringComparison.Ordinal);

        await joiner.Start().WhenReadyAsync();
        await LearnerServesOnlyItsOwn(joiner);

        await Membership.PromoteAsync(first.ClientUrl, joiner);
        var again = await EtcdCtl.TryAsync(joiner.ClientUrl, "member", "promote", added.Id);
        Assert.Contains("etcdserver: can only promote a learner member", again.Error, StringComparison.Ordinal);
        await EtcdCtl.RunAsync(joiner.ClientUrl, "put", "after", "joining");
        Assert.Equal("after\njoining\n", await EtcdCtl.RunAsync(first.ClientUrl, "get", "after"));

        // Asked of the one that goes, whoever leads.
        await Membership.RemoveAsync(joiner.ClientUrl, joiner);
        await AssertLeaves(joiner);
        await EtcdCtl.RunAsync(first.ClientUrl, "put", "alone", "again");
        var gone = await EtcdCtl.TryAsync(first.ClientUrl, "member", "remove", added.Id);
        Assert.Contains("etcdserver: member not found", gone.Error, StringComparison.Ordinal);

        joiner.Start();
        await AssertLeaves(joiner);
        joiner.Wipe();
        Assert.Equal(1, await joiner.Start().WhenExitedAsync());
        Assert.Contains("add it before starting", joiner.Process!.Log.Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_member_asked_knows_of_the_change_when_it_answers()
    {
        using var cluster = await TestCluster.StartAsync(3, "--strict-reconfig-check=false");
        var leader = await DurabilityTests.LeaderOf(cluster);
        var asked = cluster.Nodes.First(n => n != leader).ClientUrl;
        // Under load, the one asked is always a little behind the leader.
        await using var writer = new Writer([leader.ClientUrl], "load/", clients: 64);
        for (var i = 0; i < 40; i++)
        {
            var added = await PostAsync("add", """{"peerURLs":["http://127.0.0.1:9"],"isLearner":true}""");
            var id = added.GetProperty("member").GetProperty("ID").GetString();
            Assert.Equal(4, await CountAsync());
            await PostAsync("remove", $"{{\"ID\":\"{id}\"}}");
            Assert.Equal(3, await CountAsync());
        }

        async Task<int> CountAsync() => (await PostAsync("list", "{}")).GetProperty("members").GetArrayLength();

        async Task<System.Text.Json.JsonElement> PostAsync(string call, string body)
        {
            using var http = new HttpClient();
            using var content = new StringContent(body);
            using var answer = await http.PostAsync(new Uri($"{asked}/v3/cluster/member/{call}"), content);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, text);
            return System.Text.Json.JsonDocument.Parse(text).RootElement;
        }
    }

    [Fact]
    public async Task A_node_that_was_down_when_it_was_removed_is_told_by_the_others()
    {
        using var cluster = await TestCluster.StartAsync(3, "--strict-reconfig-check=false");
        var leader = await DurabilityTests.LeaderOf(cluster);
        var victim = cluster.Nodes.First(n => n != leader);
        victim.Kill();
        await Membership.RemoveAsync(leader.ClientUrl, victim);
        await EtcdCtl.RunAsync(leader.ClientUrl, "put", "k", "v");

        victim.Start();
        await AssertLeaves(victim);

        // Its id is spent: with its old flags and no data it finds no cluster that wants it.
        victim.Wipe();
        victim.Start();
        await AssertLeaves(victim);
        cluster.Forget(victim);
        await DurabilityTests.AssertSame(cluster);
    }

    [Fact]
    public async Task A_joiner_must_describe_the_cluster_as_it_is()
    {
        using var cluster = await TestCluster.StartAsync(1);
        var first = cluster.Nodes[0];
        var joiner = cluster.PlanJoiner();
        await RefusedAsync("add it before starting");
        await Membership.AddAsync(first.ClientUrl, joiner);
        var me = $"{joiner.Name}={joiner.PeerUrl}";
        await RefusedAsync("member count is unequal", $"{first.Name}={first.PeerUrl},{me},more=http://127.0.0.1:9");
        await RefusedAsync("no other member in --initial-cluster answers", $"x=http://127.0.0.1:9,{me}");
        await RefusedAsync("has no member named", $"{first.Name}={first.PeerUrl}");

        // Killed before and while it gets its data, it goes on where it was.
        joiner.Start();
        await Eventually.Holds(() => Task.FromResult(joiner.Process!.Log.Contains("joins cluster", StringComparison.Ordinal)), "it has a directory");
        joiner.Kill();
        await joiner.Start().WhenReadyAsync();
        await Membership.PromoteAsync(first.ClientUrl, joiner);
        await DurabilityTests.AssertSame(cluster);

        async Task RefusedAsync(string reason, string? described = null)
        {
            string[] flags = described is null ? [] : ["--initial-cluster", described];
            Assert.Equal(1, await joiner.Start(flags).WhenExitedAsync());
            Assert.Contains(reason, joiner.Process!.Log.Split('\n')[^1], StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", joiner.Process.Log, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_member_that_lost_its_data_is_not_let_in_under_its_old_id()
    {
        using var cluster = await TestCluster.StartAsync(3, "--strict-reconfig-check=false");
        var leader = await DurabilityTests.LeaderOf(cluster);
        var victim = cluster.Nodes.First(n => n != leader);
        victim.Kill();
        victim.Wipe();

        foreach (var clusterState in new[] { "new", "existing" })
        {
            Assert.Equal(1, await victim.Start("--initial-cluster-state", clusterState).WhenExitedAsync());
            Assert.Contains("has already been bootstrapped", victim.Process!.Log.Split('\n')[^1], StringComparison.Ordinal);
        }

        // The way back: removed, added, joined.
        await Membership.RemoveAsync(leader.ClientUrl, victim);
        await Membership.AddAsync(leader.ClientUrl, victim, isLearner: false);
        await victim.Start("--initial-cluster-state", "existing").WhenReadyAsync();
        await DurabilityTests.AssertSame(cluster);
    }

    [Fact]
    public async Task A_member_moves_to_another_address()
    {
        using var cluster = await TestCluster.StartAsync(3);
        var leader = await DurabilityTests.LeaderOf(cluster);
        var mover = cluster.Nodes.First(n => n != leader);
        var elsewhere = $"http://127.0.0.1:{Ports.FreeOne()}";
        var id = await Membership.IdOfAsync(leader.ClientUrl, mover);
        mover.Kill();

        await EtcdCtl.RunAsync(mover == cluster.Nodes[^1] ? cluster.Nodes[0].ClientUrl : cluster.Nodes[^1].ClientUrl,
            "member", "update", id, $"--peer-urls={elsewhere}");
        await EtcdCtl.RunAsync(leader.ClientUrl, "put", "moved", "yes");
        string[] moved =
        [
            "--listen-peer-urls", elsewhere, "--initial-advertise-peer-urls", elsewhere,
            "--initial-cluster", string.Join(
                ',', cluster.Nodes.Select(n => $"{n.Name}={(n == mover ? elsewhere : n.PeerUrl)}")),
        ];
        await mover.Start([.. moved, "--initial-cluster-state", "existing"]).WhenReadyAsync();
        await DurabilityTests.AssertSame(cluster);
        Assert.Equal("moved\nyes\n", await EtcdCtl.RunAsync(mover.ClientUrl, "get", "moved"));

        // By now its own log says where it is: the flags of a new cluster at that place are its own.
        mover.Kill();
        await mover.Start(moved).WhenReadyAsync();
    }

    internal static async Task AssertLeaves(Node node)
    {
        Assert.Equal(0, await node.Process!.WhenExitedAsync());
        Assert.Contains("has been removed from the cluster", node.Process.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", node.Process.Log, StringComparison.Ordinal);
    }

    private static async Task LearnerServesOnlyItsOwn(Node learner)
    {
        Assert.Equal("before\njoining\n", await EtcdCtl.RunAsync(learner.ClientUrl, "get", "before", "--consistency=s"));
        Assert.Contains("true", await EtcdCtl.RunAsync(learner.ClientUrl, "endpoint", "status"), StringComparison.Ordinal);
        foreach (var command in new string[][] { ["put", "k", "v"], ["get", "k"], ["member", "list"], ["lease", "grant", "60"] })
        {
            var refused = await EtcdCtl.TryAsync(learner.ClientUrl, command);
            Assert.Contains("etcdserver: rpc not supported for learner", refused.Error, StringComparison.Ordinal);
        }
    }
}
