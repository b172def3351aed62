// One guard of a transaction. The operand is nullable so that a comparison with 0 is written out.

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
}
