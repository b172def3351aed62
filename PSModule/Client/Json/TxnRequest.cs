// /v3/kv/txn.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class TxnRequest
{
    [JsonProperty("compare")]
    public Compare[]? Compare { get; set; }

    [JsonProperty("success")]
    public RequestOp[]? Success { get; set; }

    [JsonProperty("failure")]
    public RequestOp[]? Failure { get; set; }
}
