// A row as the gateway writes it.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class KeyValue
{
    [JsonProperty("key")]
    public byte[] Key { get; set; } = [];

    [JsonProperty("create_revision")]
    public long CreateRevision { get; set; }

    [JsonProperty("mod_revision")]
    public long ModRevision { get; set; }

    [JsonProperty("version")]
    public long Version { get; set; }

    [JsonProperty("value")]
    public byte[] Value { get; set; } = [];

    [JsonProperty("lease")]
    public long Lease { get; set; }
}
