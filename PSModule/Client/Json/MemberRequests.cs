// The requests of /v3/cluster/member that change something. Their answers list all members afterwards.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

/// <summary>/v3/cluster/member/add.</summary>
internal sealed class MemberAddRequest
{
    [JsonProperty("peerURLs")]
    public string[] PeerUrls { get; set; } = [];

    [JsonProperty("isLearner")]
    public bool IsLearner { get; set; }
}

/// <summary>/v3/cluster/member/remove and promote, and with URLs update.</summary>
internal sealed class MemberChangeRequest
{
    [JsonProperty("ID")]
    public ulong Id { get; set; }

    [JsonProperty("peerURLs")]
    public string[]? PeerUrls { get; set; }
}

/// <summary>The answer of /v3/cluster/member/add.</summary>
internal sealed class MemberAddResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("member")]
    public Member Member { get; set; } = new();
}
