// Settings of the log. The defaults are for production; tests and simulators use small segments.
namespace Kv.Node.Wal;

/// <summary>Settings of a write-ahead log.</summary>
internal sealed record WalOptions
{
    /// <summary>Size a segment is preallocated to and not grown past, bytes. A single record that is
    /// larger gets a segment of its own size.</summary>
    public long SegmentBytes { get; init; } = 64 << 20;

    /// <summary>Buffered bytes after which they are handed to the system without waiting for a flush.</summary>
    public int BufferBytesMax { get; init; } = 8 << 20;

    /// <summary>Create and preallocate the next segment in the background. Off: at rotation.</summary>
    public bool PrepareAhead { get; init; } = true;
}
