// The answer of /v3/kv/deleterange.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class DeleteRangeResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("deleted")]
    public long Deleted { get; set; }

    [JsonProperty("prev_kvs")]
    public KeyValue[] PrevKvs { get; set; } = [];
}
