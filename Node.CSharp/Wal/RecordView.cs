// A record as it stands in a segment that was read into memory.
namespace Kv.Node.Wal;

/// <summary>An undamaged record.</summary>
internal readonly ref struct RecordView(
    RecordType type,
    uint previous,
    uint crc,
    long end,
    ReadOnlySpan<byte> payload)
{
    /// <summary>What it is; a number of another release is possible.</summary>
    public RecordType Type { get; } = type;

    /// <summary>Checksum of the record it was written after.</summary>
    public uint Previous { get; } = previous;

    /// <summary>Its own checksum.</summary>
    public uint Crc { get; } = crc;

    /// <summary>Offset of the byte behind it.</summary>
    public long End { get; } = end;

    /// <summary>Its content.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;
}
