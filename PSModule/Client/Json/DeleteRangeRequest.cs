// /v3/kv/deleterange.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class DeleteRangeRequest
{
    [JsonProperty("key")]
    public byte[] Key { get; set; } = [];

    [JsonProperty("range_end")]
    public byte[]? RangeEnd { get; set; }

    [JsonProperty("prev_kv")]
    public bool PrevKv { get; set; }
}
