// What one node is started with, in the three forms people start nodes: flags, environment, and the
// names of both. One table, so the forms cannot drift apart.

using System.Collections.Generic;
using System.Linq;

namespace Kv.PowerShell.Cluster;

internal sealed class NodeSettings
{
    public string Name { get; init; } = string.Empty;

    public string DataDirectory { get; init; } = string.Empty;

    public string ListenClientUrl { get; init; } = string.Empty;

    public string AdvertiseClientUrl { get; init; } = string.Empty;

    public string ListenPeerUrl { get; init; } = string.Empty;

    public string AdvertisePeerUrl { get; init; } = string.Empty;

    /// <summary>name=peer-url of every node, comma-separated.</summary>
    public string InitialCluster { get; init; } = string.Empty;

    public string Token { get; init; } = string.Empty;

    /// <summary>The URL of a discovery token, which takes the place of the initial cluster; empty for none.</summary>
    public string Discovery { get; init; } = string.Empty;

    public string[] Arguments() => [.. Pairs().SelectMany(static p => new[] { "--" + p.Key, p.Value })];

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
    ];

    private IEnumerable<KeyValuePair<string, string>> Cluster() => Discovery.Length > 0
        ? [new("discovery", Discovery)]
        :
        [
            new("initial-cluster", InitialCluster),
            new("initial-cluster-state", "new"),
            new("initial-cluster-token", Token),
        ];
}
