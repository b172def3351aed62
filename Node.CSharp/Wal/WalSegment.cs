// What the log remembers of one of its segments, to know when it can be deleted.
namespace Kv.Node.Wal;

/// <summary>A segment of the log.</summary>
internal sealed class WalSegment(string path, ulong sequence)
{
    public string Path { get; } = path;

    /// <summary>Number of the segment, from 1 without gaps.</summary>
    public ulong Sequence { get; } = sequence;

    /// <summary>Highest index of an entry written to it, replaced or not; 0 if there is none.</summary>
    public ulong MaxIndex { get; set; }

    /// <summary>Bytes written to it.</summary>
    public long Bytes { get; set; }
}
