// The first start of a member, when its data directory is empty: finds out which cluster it belongs
// to and which member it is.
using Kv.Node.Options;
using Kv.Node.Peers;

namespace Kv.Node.Hosting;

/// <summary>Identifies a member that has no data yet.</summary>
internal static class Bootstrap
{
    /// <summary>Computes the identity of a new cluster, or asks the members of the existing one that
    /// <c>--initial-cluster</c> names.</summary>
    /// <exception cref="OptionsException">This node is not in the cluster, or nobody answered.</exception>
    public static async Task<ClusterIdentity> IdentifyAsync(NodeOptions options, CancellationToken token)
    {
        if (!options.JoinsExistingCluster)
        {
            return ClusterIdentity.OfNewCluster(options);
        }

        var others = options.InitialCluster
            .Where(member => member.Name != options.Name)
            .SelectMany(member => member.PeerUrls)
            .ToArray();
        using var client = new PeerClient(new PeerOptions { MemberId = 0, ClusterId = 0 });
        var cluster = await client.FindClusterAsync(others, token)
            ?? throw new OptionsException(
                "--initial-cluster-state is existing, but no other member in --initial-cluster answers"
                + (others.Length > 0 ? $" ({UrlList.Show(others)})" : " (there is none)"));
        return ClusterIdentity.OfExistingCluster(options, cluster.ClusterId, cluster.Members);
    }
}
