// How a new member finds the others: a registry of one of two kinds, or DNS.
namespace Kv.Node.Options;

/// <summary>Discovery of the initial cluster (etcd-facts §4.3, §5.5, §5.6). Empty texts mean not given.</summary>
internal sealed record DiscoveryOptions
{
    /// <summary>The v2 protocol: where the token's directory is.</summary>
    public string Url { get; init; } = "";

    /// <summary>An HTTP proxy to the v2 registry.</summary>
    public string Proxy { get; init; } = "";

    /// <summary>The v3 protocol: the token.</summary>
    public string Token { get; init; } = "";

    /// <summary>The v3 protocol: members of the cluster that keeps the registry.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan KeepAliveTime { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Endpoints without a scheme are spoken to without TLS.</summary>
    public bool InsecureTransport { get; init; } = true;

    public bool InsecureSkipTlsVerify { get; init; }

    public string CertFile { get; init; } = "";

    public string KeyFile { get; init; } = "";

    public string CaFile { get; init; } = "";

    public string User { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>The domain whose SRV records name the members.</summary>
    public string Srv { get; init; } = "";

    /// <summary>What the name of the service ends in.</summary>
    public string SrvName { get; init; } = "";

    /// <summary>How long a registry that does not answer is asked again.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>True if any way is asked for.</summary>
    public bool IsAskedFor => Url.Length > 0 || Token.Length > 0 || Endpoints.Count > 0 || Srv.Length > 0;
}
