// One message of a watch: created, canceled, progress, or events of whole revisions.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class WatchResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("created")]
    public bool Created { get; set; }

    [JsonProperty("canceled")]
    public bool Canceled { get; set; }

    [JsonProperty("compact_revision")]
    public long CompactRevision { get; set; }

    [JsonProperty("cancel_reason")]
    public string? CancelReason { get; set; }

    [JsonProperty("events")]
    public WatchEvent[] Events { get; set; } = [];
}
