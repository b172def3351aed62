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
        Member[] members =
        [
            new(9, "", ["http://h2:1", "http://h1:1"], [], false),
            new(4, "n4", ["http://h4:1"], ["http://h4:2"], false),
        ];
        var joining = Load("--initial-cluster-state=existing", "--initial-advertise-peer-urls=http://h1:1,http://h2:1");

        var identity = ClusterIdentity.OfExistingCluster(joining, 77, members);

        Assert.Equal((77UL, 9UL), (identity.ClusterId, identity.MemberId));
        Assert.Equal([4UL, 9UL], identity.Members.Select(member => member.Id));
        Assert.Throws<OptionsException>(() => ClusterIdentity.OfExistingCluster(Load(), 77, members));
    }

    private static NodeOptions Load(params string[] arguments) =>
        OptionsLoader.Load(arguments, new Dictionary<string, string>()).Options;
}
