// Ids at bootstrap, against values real etcd gives, and the two ways a node can be missing from the
// cluster it is told to start.
using Kv.Core.Apply;
using Kv.Node.Hosting;
using Kv.Node.Options;
using Xunit;

namespace Kv.Node.Tests.Bootstrap;

public sealed class ClusterIdentityTests
{
    [Fact]
    public void A_default_single_node_has_etcds_ids()
    {
        var identity = ClusterIdentity.OfNewCluster(Load());

        Assert.Equal(0x8e9e05c52164694dUL, identity.MemberId);
        Assert.Equal(0xcdf818194e3a8c32UL, identity.ClusterId);
        var self = Assert.Single(identity.Members);
        Assert.Equal((identity.MemberId, "default", false), (self.Id, self.Name, self.IsLearner));
        Assert.Equal(["http://localhost:2380"], self.PeerUrls);
        Assert.Empty(self.ClientUrls);
    }

    [Fact]
    public void The_well_known_local_cluster_of_three_has_etcds_ids()
    {
        // The Procfile cluster of etcd's documentation: token etcd-cluster-1 and these three URLs.
        string[] cluster =
        [
            "--initial-cluster-token=etcd-cluster-1",
            "--initial-cluster=infra1=http://127.0.0.1:12380,infra2=http://127.0.0.1:22380,infra3=http://127.0.0.1:32380",
        ];

        var first = ClusterIdentity.OfNewCluster(Load([.. cluster, "--name=infra1", "--initial-advertise-peer-urls=http://127.0.0.1:12380"]));
        var third = ClusterIdentity.OfNewCluster(Load([.. cluster, "--name=infra3", "--initial-advertise-peer-urls=http://127.0.0.1:32380"]));

        Assert.Equal(0x8211f1d0f64f3269UL, first.MemberId);
        Assert.Equal(0xfd422379fda50e48UL, third.MemberId);
        Assert.Equal(0xef37ad9dc622a7c4UL, first.ClusterId);
        Assert.Equal(first.ClusterId, third.ClusterId);
        Assert.Equal([0x8211f1d0f64f3269UL, 0x91bc3c398fb3c146UL, 0xfd422379fda50e48UL], first.Members.Select(m => m.Id));
    }

    [Fact]
    public void The_order_of_a_members_urls_does_not_matter_but_the_token_does()
    {
        Uri a = new("http://a:1"), b = new("http://b:1");

        Assert.Equal(ClusterIdentity.MemberIdOf([a, b], "t"), ClusterIdentity.MemberIdOf([b, a], "t"));
        Assert.NotEqual(ClusterIdentity.MemberIdOf([a, b], "t"), ClusterIdentity.MemberIdOf([a, b], "u"));
    }

    [Fact]
    public void A_cluster_without_this_node_is_refused()
    {
        var problem = Assert.Throws<OptionsException>(
            () => ClusterIdentity.OfNewCluster(Load("--name=n3", "--initial-cluster=n1=http://h1:1,n2=http://h2:1")));

        Assert.Equal("--initial-cluster has no member named \"n3\" (--name); it has n1, n2", problem.Message);
    }

    [Fact]
    public void A_cluster_with_other_urls_for_this_node_is_refused()
    {
        var problem = Assert.Throws<OptionsException>(
            () => ClusterIdentity.OfNewCluster(Load("--name=n1", "--initial-cluster=n1=http://h1:1")));

        Assert.Equal(
            "--initial-cluster has http://h1:1 for \"n1\" but --initial-advertise-peer-urls is http://localhost:2380",
            problem.Message);
    }

    [Fact]
    public void A_joining_node_is_the_member_with_its_urls()
    {
        var identity = ClusterIdentity.OfExistingCluster(Joining("old=http://h4:1"), 77, Running);

        Assert.Equal((77UL, 9UL), (identity.ClusterId, identity.MemberId));
        Assert.Equal([4UL, 9UL], identity.Members.Select(member => member.Id));
    }

    [Fact]
    public void A_host_may_be_named_where_another_wrote_its_address()
    {
        Member[] running = [new(9, "", ["http://127.0.0.1:1"], [], false)];
        var joining = Load(
            "--initial-cluster-state=existing", "--initial-advertise-peer-urls=http://localhost:1");

        Assert.Equal(9UL, ClusterIdentity.OfExistingCluster(joining, 77, running).MemberId);
    }

    [Theory]
    [InlineData("old=http://h4:1,more=http://h5:1", "member count is unequal: --initial-cluster has 3 members, the cluster has 2")]
    [InlineData("old=http://h6:1", "PeerURLs: no match found for existing member 4 at http://h4:1")]
    public void A_joining_node_must_describe_the_cluster_as_it_is(string others, string problem)
    {
        var refused = Assert.Throws<OptionsException>(
            () => ClusterIdentity.OfExistingCluster(Joining(others), 77, Running));

        Assert.StartsWith(problem, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_joining_node_that_was_not_added_is_refused()
    {
        var refused = Assert.Throws<OptionsException>(() => ClusterIdentity.OfExistingCluster(Load(), 77, Running));

        Assert.Equal(
            "the cluster has no member with the peer URLs http://localhost:2380: add it before starting it with "
            + "--initial-cluster-state=existing",
            refused.Message);
    }

    [Fact]
    public void A_member_added_later_has_the_id_etcd_gives_it()
    {
        // etcd 3.5: an addition of this URL in that second.
        Assert.Equal(3485016059214277713UL, ClusterIdentity.MemberIdOf(["http://127.0.0.1:31481"], 1795668383));
    }

    private static Member[] Running { get; } =
    [
        new(9, "", ["http://h2:1", "http://h1:1"], [], false),
        new(4, "n4", ["http://h4:1"], ["http://h4:2"], false),
    ];

    private static NodeOptions Joining(string others) => Load(
        "--initial-cluster-state=existing", "--name=n9", "--initial-advertise-peer-urls=http://h1:1,http://h2:1",
        $"--initial-cluster=n9=http://h1:1,n9=http://h2:1,{others}");

    private static NodeOptions Load(params string[] arguments) =>
        OptionsLoader.Load(arguments, new Dictionary<string, string>()).Options;
}
