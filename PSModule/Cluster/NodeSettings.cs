// What one node is started with, in the three forms people start nodes: flags, environment, and the
// names of both. One table, so the forms cannot drift apart.

using System.Collections.Generic;
using System.Linq;

namespace Kv.PowerShell.Cluster;

internal sealed class NodeSettings
{
    private const string True = "true";

    public string Name { get; init; } = string.Empty;

    public string DataDirectory { get; init; } = string.Empty;

    public string ListenClientUrl { get; init; } = string.Empty;

    public string AdvertiseClientUrl { get; init; } = string.Empty;

    public string ListenPeerUrl { get; init; } = string.Empty;

    public string AdvertisePeerUrl { get; init; } = string.Empty;

    /// <summary>name=peer-url of every node, comma-separated.</summary>
    public string InitialCluster { get; init; } = string.Empty;

    /// <summary>The cluster is there and has this node as a member already.</summary>
    public bool Joins { get; init; }

    public string Token { get; init; } = string.Empty;

    /// <summary>The URL of a discovery token, which takes the place of the initial cluster; empty for none.</summary>
    public string Discovery { get; init; } = string.Empty;

    /// <summary>The certificates for both ports; null for none.</summary>
    public LocalCertificates? Certificates { get; init; }

    public string[] Arguments() =>
    [
        .. Pairs().SelectMany(static p => p.Value == True ? new[] { "--" + p.Key } : ["--" + p.Key, p.Value]),
    ];

    public IEnumerable<string> EnvironmentLines() => Pairs()
        .Select(static p => $"ETCD_{p.Key.ToUpperInvariant().Replace('-', '_')}={p.Value}");

    private IEnumerable<KeyValuePair<string, string>> Pairs() =>
    [
        new("name", Name),
        new("data-dir", DataDirectory),
        new("listen-client-urls", ListenClientUrl),
        new("advertise-client-urls", AdvertiseClientUrl),
        new("listen-peer-urls", ListenPeerUrl),
        new("initial-advertise-peer-urls", AdvertisePeerUrl),
        .. Cluster(),
        .. Tls(),
    ];

    private IEnumerable<KeyValuePair<string, string>> Cluster() => Discovery.Length > 0 && !Joins
        ? [new("discovery", Discovery)]
        :
        [
            new("initial-cluster", InitialCluster),
            new("initial-cluster-state", Joins ? "existing" : "new"),
            new("initial-cluster-token", Token),
        ];

    /// <summary>Clients need no certificate, so that etcdctl works with the authority alone; peers do.</summary>
    private IEnumerable<KeyValuePair<string, string>> Tls() => Certificates is null
        ? []
        :
        [
            new("cert-file", Certificates.NodeFile),
            new("key-file", Certificates.NodeKeyFile),
            new("peer-cert-file", Certificates.NodeFile),
            new("peer-key-file", Certificates.NodeKeyFile),
            new("peer-trusted-ca-file", Certificates.AuthorityFile),
            new("peer-client-cert-auth", True),
        ];
}
