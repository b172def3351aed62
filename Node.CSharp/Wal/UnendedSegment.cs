// A segment whose end record did not reach the disk, though the segment after it is there: what a crash
// leaves that comes between the two.
namespace Kv.Node.Wal;

/// <summary>A segment that has all its records but the last one.</summary>
/// <param name="File">Path of the segment.</param>
/// <param name="Offset">Where its end record belongs.</param>
/// <param name="Record">That record.</param>
internal sealed record UnendedSegment(string File, long Offset, byte[] Record)
{
    /// <summary>What it is if more is missing than that.</summary>
    public CorruptLogException Damage() => new(File, Offset, "damaged record");
}
