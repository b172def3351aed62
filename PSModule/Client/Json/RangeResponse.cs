// The answer of /v3/kv/range.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class RangeResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("kvs")]
    public KeyValue[] Kvs { get; set; } = [];

    [JsonProperty("more")]
    public bool More { get; set; }

    [JsonProperty("count")]
    public long Count { get; set; }
}
