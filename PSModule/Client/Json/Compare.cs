// One guard of a transaction. One operand is set; they are nullable so that 0 is written out.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class Compare
{
    [JsonProperty("result")]
    public string Result { get; set; } = "EQUAL";

    [JsonProperty("target")]
    public string Target { get; set; } = "CREATE";

    [JsonProperty("key")]
    public byte[] Key { get; set; } = [];

    [JsonProperty("create_revision")]
    public long? CreateRevision { get; set; }

    [JsonProperty("mod_revision")]
    public long? ModRevision { get; set; }

    [JsonProperty("version")]
    public long? Version { get; set; }

    [JsonProperty("lease")]
    public long? Lease { get; set; }

    [JsonProperty("value")]
    public byte[]? Value { get; set; }

    [JsonProperty("range_end")]
    public byte[]? RangeEnd { get; set; }
}
