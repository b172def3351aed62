// One member in the answer of /v3/cluster/member/list.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class Member
{
    [JsonProperty("ID")]
    public ulong Id { get; set; }

    [JsonProperty("name")]
    public string? Name { get; set; }

    [JsonProperty("peerURLs")]
    public string[]? PeerUrls { get; set; }

    [JsonProperty("clientURLs")]
    public string[]? ClientUrls { get; set; }

    [JsonProperty("isLearner")]
    public bool IsLearner { get; set; }
}
