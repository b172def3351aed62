// Turns a way of discovery into the flags it stands for: the initial cluster, and the token the cluster's
// identity is made with.
using System.Globalization;
using DnsClient;
using Kv.Node.Diagnostics;
using Kv.Node.Hosting;
using Kv.Node.Options;

namespace Kv.Node.Discovery;

/// <summary>Finds the initial cluster of a new member.</summary>
internal static class InitialClusterFinder
{
    /// <summary>The options with the initial cluster in them; as they are if no discovery is asked for.</summary>
    /// <exception cref="DiscoveryException">It cannot be found.</exception>
    /// <exception cref="OptionsException">A file cannot be used, or a URL of this member differs from what
    /// it advertises.</exception>
    public static async Task<NodeOptions> CompleteAsync(NodeOptions options, ILogger logger, CancellationToken token)
    {
        var discovery = options.Discovery;
        if (!discovery.IsAskedFor)
        {
            return options;
        }

        if (discovery.Srv.Length > 0)
        {
            var members = await new SrvDiscovery(new LookupClient(), options).FindAsync(token);
            logger.DiscoveryDone(discovery.Srv, UrlList.ShowCluster(members));
            return options with { InitialCluster = members, InitialClusterGiven = true };
        }

        using IRegistry registry = discovery.Url.Length > 0 ? new V2Registry(discovery) : new V3Registry(discovery);
        var clusterToken = discovery.Url.Length > 0 ? discovery.Url : discovery.Token;
        var self = new InitialMember(options.Name, options.InitialAdvertisePeerUrls);
        var id = ClusterIdentity.MemberIdOf(self.PeerUrls, clusterToken);
        var way = new RegistryDiscovery(registry, discovery.Patience, TimeProvider.System, logger);
        var cluster = await way.FindAsync(id.ToString("x", CultureInfo.InvariantCulture), self, token);
        logger.DiscoveryDone(registry.Name, UrlList.ShowCluster(cluster));
        return options with
        {
            InitialCluster = cluster,
            InitialClusterGiven = true,
            InitialClusterToken = clusterToken,
        };
    }
}
