// The answer of /v3/cluster/member/list.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class MemberListResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("members")]
    public Member[] Members { get; set; } = [];
}
