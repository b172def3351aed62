// One node in cluster.json.

using Newtonsoft.Json;

namespace Kv.PowerShell.Cluster;

internal sealed class ClusterFileNode
{
    [JsonProperty("name")]
    public string Name { get; set; } = string.Empty;

    [JsonProperty("clientUrl")]
    public string ClientUrl { get; set; } = string.Empty;

    [JsonProperty("peerUrl")]
    public string PeerUrl { get; set; } = string.Empty;

    /// <summary>For a node added later: the members when it was added, itself among them, as name=peer-url.
    /// Null for the nodes the cluster begins with.</summary>
    [JsonProperty("joins", DefaultValueHandling = DefaultValueHandling.Ignore)]
    public string? Joins { get; set; }
}
