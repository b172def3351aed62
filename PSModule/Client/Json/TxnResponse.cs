// The answer of /v3/kv/txn.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class TxnResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("succeeded")]
    public bool Succeeded { get; set; }

    [JsonProperty("responses")]
    public ResponseOp[] Responses { get; set; } = [];
}
