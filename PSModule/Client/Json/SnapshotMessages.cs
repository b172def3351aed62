// The messages of /v3/maintenance/snapshot: one request, and the file in pieces.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

/// <summary>One piece of the file.</summary>
internal sealed class SnapshotResponse
{
    /// <summary>Bytes still to come after this piece.</summary>
    [JsonProperty("remaining_bytes")]
    public long RemainingBytes { get; set; }

    [JsonProperty("blob")]
    public byte[] Blob { get; set; } = [];
}
