// /v3/kv/put.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class PutRequest
{
    [JsonProperty("key")]
    public byte[] Key { get; set; } = [];

    [JsonProperty("value")]
    public byte[] Value { get; set; } = [];

    [JsonProperty("lease")]
    public long Lease { get; set; }
}
