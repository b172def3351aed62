// One operation of a transaction; exactly one member is set.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class RequestOp
{
    [JsonProperty("request_range")]
    public RangeRequest? Range { get; set; }

    [JsonProperty("request_put")]
    public PutRequest? Put { get; set; }

    [JsonProperty("request_delete_range")]
    public DeleteRangeRequest? DeleteRange { get; set; }
}
