// What to watch: a key or an interval, from which revision, and which events.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class WatchCreateRequest
{
    [JsonProperty("key")]
    public byte[] Key { get; set; } = [];

    [JsonProperty("range_end")]
    public byte[]? RangeEnd { get; set; }

    [JsonProperty("start_revision")]
    public long StartRevision { get; set; }

    [JsonProperty("progress_notify")]
    public bool ProgressNotify { get; set; }

    /// <summary>NOPUT, NODELETE, or null.</summary>
    [JsonProperty("filters")]
    public string[]? Filters { get; set; }

    [JsonProperty("prev_kv")]
    public bool PrevKv { get; set; }
}
