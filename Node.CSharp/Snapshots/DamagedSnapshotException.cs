// A snapshot cannot be read and nothing can stand in for it.
using Kv.Node.Ports;

namespace Kv.Node.Snapshots;

/// <summary>A snapshot file is damaged.</summary>
/// <param name="file">Path of the file.</param>
/// <param name="offset">Where the damage was found: the start of the frame, bytes.</param>
/// <param name="reason">What is wrong there.</param>
internal sealed class DamagedSnapshotException(string file, long offset, string reason)
    : StorageException(
        $"snapshot damaged: {file} at offset {offset}: {reason}; restore the data directory from a copy, or "
        + "remove this member from the cluster and add it again with an empty data directory")
{
    /// <summary>Path of the file.</summary>
    public string File { get; } = file;

    /// <summary>Offset of the damaged frame, bytes.</summary>
    public long Offset { get; } = offset;

    /// <summary>What is wrong there, for a warning when an older snapshot stands in.</summary>
    public string Reason { get; } = reason;
}
