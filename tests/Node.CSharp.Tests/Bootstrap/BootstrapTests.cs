// The first start: a new cluster is computed, an existing one is asked.
using Kv.Core.Apply;
using Kv.Node.Hosting;
using Kv.Node.Options;
using Kv.Node.Peers;
using Kv.Node.Tests.Peers;
using Xunit;

namespace Kv.Node.Tests.Bootstrap;

public sealed class BootstrapTests
{
    [Fact]
    public async Task A_new_cluster_is_computed_without_asking_anybody()
    {
        var identity = await IdentifyAsync(Load());

        Assert.Equal(0xcdf818194e3a8c32UL, identity.ClusterId);
    }

    [Fact]
    public async Task An_existing_cluster_tells_a_joining_member_who_it_is()
    {
        await using var running = await TestMember.StartAsync(2);
        running.Members =
        [
            new Member(2, "old", [running.Url.OriginalString], [], false),
            new Member(7, "", ["http://localhost:2380"], [], true),
        ];
        var dead = TestMember.DeadUrl().OriginalString;
        var options = Load(
            "--name=new",
            "--initial-cluster-state=existing",
            $"--initial-cluster=dead={dead},old={running.Url.OriginalString},new=http://localhost:2380");
        running.Members = [.. running.Members, new Member(5, "", [dead], [], false)];

        var identity = await IdentifyAsync(options);

        Assert.Equal((0xc1UL, 7UL), (identity.ClusterId, identity.MemberId));
        Assert.Equal([2UL, 5UL, 7UL], identity.Members.Select(member => member.Id));
    }

    [Fact]
    public async Task One_member_that_knows_the_newcomer_is_enough()
    {
        await using var lagging = await TestMember.StartAsync(2);
        await using var leading = await TestMember.StartAsync(3);
        Member[] before =
        [
            new(2, "two", [lagging.Url.OriginalString], [], false),
            new(3, "three", [leading.Url.OriginalString], [], false),
        ];
        lagging.Members = before;
        leading.Members = [.. before, new Member(7, "", ["http://localhost:2380"], [], true)];

        var identity = await IdentifyAsync(Joining(lagging, leading));

        Assert.Equal(7UL, identity.MemberId);
    }

    [Fact]
    public async Task Members_of_different_clusters_are_told_apart()
    {
        await using var one = await TestMember.StartAsync(2);
        await using var other = await TestMember.StartAsync(3, options => options with { ClusterId = 0xc2 });

        var problem = await Assert.ThrowsAsync<OptionsException>(
            () => IdentifyAsync(Joining(one, other)));

        Assert.StartsWith("cluster ID mismatch: ", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("existing")]
    [InlineData("new")]
    public async Task A_member_that_lost_its_data_is_not_let_in_again(string clusterState)
    {
        await using var running = await TestMember.StartAsync(2);
        string[] cluster =
        [
            "--name=me", $"--initial-cluster-state={clusterState}",
            $"--initial-cluster=other={running.Url.OriginalString},me=http://localhost:2380",
        ];
        var id = ClusterIdentity.OfNewCluster(Load(cluster)).MemberId;
        running.Members =
        [
            new Member(2, "other", [running.Url.OriginalString], [], false),
            new Member(id, "me", ["http://localhost:2380"], [], false),
        ];

        // It was added and never served: that is how it is before its first start.
        Assert.Equal(id, (await IdentifyAsync(Load(cluster))).MemberId);
        running.Members =
        [
            running.Members[0], new Member(id, "me", ["http://localhost:2380"], ["http://localhost:2379"], false),
        ];

        var problem = await Assert.ThrowsAsync<OptionsException>(
            () => IdentifyAsync(Load(cluster)));

        Assert.StartsWith($"member {id:x} has already been bootstrapped", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_existing_cluster_that_does_not_answer_is_named()
    {
        var dead = TestMember.DeadUrl().OriginalString;
        var options = Load(
            "--name=new", "--initial-cluster-state=existing", $"--initial-cluster=old={dead},new=http://localhost:2380");

        var problem = await Assert.ThrowsAsync<OptionsException>(
            () => IdentifyAsync(options));
        var alone = await Assert.ThrowsAsync<OptionsException>(
            () => IdentifyAsync(Load("--initial-cluster-state=existing")));

        Assert.EndsWith($"answers ({dead})", problem.Message, StringComparison.Ordinal);
        Assert.EndsWith("(there is none)", alone.Message, StringComparison.Ordinal);
    }

    private static NodeOptions Joining(TestMember two, TestMember three) => Load(
        "--name=new",
        "--initial-cluster-state=existing",
        $"--initial-cluster=two={two.Url.OriginalString},three={three.Url.OriginalString},new=http://localhost:2380");

    private static async Task<ClusterIdentity> IdentifyAsync(NodeOptions options)
    {
        using var search = new PeerClient(new PeerOptions { MemberId = 0, ClusterId = 0 });
        return await Hosting.Bootstrap.IdentifyAsync(options, search, CancellationToken.None);
    }

    private static NodeOptions Load(params string[] arguments) =>
        OptionsLoader.Load(arguments, new Dictionary<string, string>()).Options;
}
