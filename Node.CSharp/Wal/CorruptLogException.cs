// The log holds something a crash cannot have left behind. Going on could lose acknowledged writes,
// so it is up to the operator, who is told where and what can be done.
using Kv.Node.Ports;

namespace Kv.Node.Wal;

/// <summary>The write-ahead log is damaged in a place that was durable.</summary>
/// <param name="file">Path of the segment.</param>
/// <param name="offset">Where the damage was found: the start of the record (or header), bytes.</param>
/// <param name="reason">What is wrong there.</param>
internal sealed class CorruptLogException(string file, long offset, string reason)
    : StorageException(
        $"write-ahead log damaged: {file} at offset {offset}: {reason}; restore the data directory from a "
        + "copy, or remove this member from the cluster and add it again with an empty data directory")
{
    /// <summary>Path of the segment.</summary>
    public string File { get; } = file;

    /// <summary>Offset of the damaged record or header, bytes.</summary>
    public long Offset { get; } = offset;
}
