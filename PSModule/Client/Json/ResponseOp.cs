// The answer of one operation of a transaction.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class ResponseOp
{
    [JsonProperty("response_range")]
    public RangeResponse? Range { get; set; }

    [JsonProperty("response_put")]
    public PutResponse? Put { get; set; }

    [JsonProperty("response_delete_range")]
    public DeleteRangeResponse? DeleteRange { get; set; }
}
