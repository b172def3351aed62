// The header every answer carries: who answered, and at which revision.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class ResponseHeader
{
    [JsonProperty("cluster_id")]
    public ulong ClusterId { get; set; }

    [JsonProperty("member_id")]
    public ulong MemberId { get; set; }

    [JsonProperty("revision")]
    public long Revision { get; set; }

    [JsonProperty("raft_term")]
    public ulong RaftTerm { get; set; }
}
