// One change in a watch answer; a put is written without a type.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class WatchEvent
{
    /// <summary>PUT or DELETE.</summary>
    [JsonProperty("type")]
    public string Type { get; set; } = "PUT";

    [JsonProperty("kv")]
    public KeyValue Kv { get; set; } = new();

    [JsonProperty("prev_kv")]
    public KeyValue? PrevKv { get; set; }
}
