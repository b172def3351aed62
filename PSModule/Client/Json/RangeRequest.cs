// /v3/kv/range: one key, or the keys of an interval.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class RangeRequest
{
    [JsonProperty("key")]
    public byte[] Key { get; set; } = [];

    [JsonProperty("range_end")]
    public byte[]? RangeEnd { get; set; }

    [JsonProperty("limit")]
    public long Limit { get; set; }

    [JsonProperty("revision")]
    public long Revision { get; set; }

    /// <summary>ASCEND, DESCEND, or null.</summary>
    [JsonProperty("sort_order")]
    public string? SortOrder { get; set; }

    /// <summary>KEY, VERSION, CREATE, MOD, VALUE, or null.</summary>
    [JsonProperty("sort_target")]
    public string? SortTarget { get; set; }

    [JsonProperty("serializable")]
    public bool Serializable { get; set; }

    [JsonProperty("keys_only")]
    public bool KeysOnly { get; set; }

    [JsonProperty("count_only")]
    public bool CountOnly { get; set; }

    public RangeRequest Clone() => (RangeRequest)MemberwiseClone();
}
