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
}
