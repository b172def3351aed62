// Checks of the discovery settings: one way at a time, and each with what it needs.
namespace Kv.Node.Options;

/// <summary>Checks of discovery settings.</summary>
internal static class DiscoveryValidator
{
    /// <exception cref="OptionsException">A combination that cannot work.</exception>
    public static void Check(NodeOptions options, IReadOnlySet<string> given)
    {
        var discovery = options.Discovery;
        var ways = new (string Flag, bool IsGiven)[]
        {
            ("initial-cluster", options.InitialCluster.Count > 0),
            ("discovery", discovery.Url.Length > 0),
            ("discovery-endpoints", discovery.Endpoints.Count > 0 || discovery.Token.Length > 0),
            ("discovery-srv", discovery.Srv.Length > 0),
        }.Where(way => way.IsGiven).Select(way => "--" + way.Flag).ToArray();
        if (ways.Length > 1)
        {
            throw new OptionsException(
                $"multiple discovery or bootstrap flags are set. Choose one of {string.Join(", ", ways)}");
        }

        if (discovery.Endpoints.Count > 0 != discovery.Token.Length > 0)
        {
            throw new OptionsException("both --discovery-endpoints and --discovery-token must be set");
        }

        if (discovery.IsAskedFor && options.JoinsExistingCluster)
        {
            throw new OptionsException($"{ways[0]} makes a new cluster, and --initial-cluster-state is existing");
        }

        if (discovery.IsAskedFor && !given.Contains("initial-advertise-peer-urls") && !given.Contains("listen-peer-urls"))
        {
            throw new OptionsException(
                $"{ways[0]} needs --initial-advertise-peer-urls: the others cannot reach this member at "
                + UrlList.Show(options.InitialAdvertisePeerUrls));
        }

        if (discovery.CertFile.Length > 0 != discovery.KeyFile.Length > 0)
        {
            throw new OptionsException("--discovery-cert and --discovery-key go together");
        }
    }
}
