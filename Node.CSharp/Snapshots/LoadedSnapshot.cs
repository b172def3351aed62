// The snapshot a node starts from.
using Kv.Core.Apply;
using Kv.Core.Raft;

namespace Kv.Node.Snapshots;

/// <summary>A snapshot that was read and checked.</summary>
/// <param name="Info">The file.</param>
/// <param name="Mark">The point it stands for; the log covers it.</param>
/// <param name="State">The state.</param>
/// <param name="Damaged">Newer snapshots that could not be read and were set aside, newest first: to be
/// logged. Nothing is lost: the log leads on from here.</param>
internal sealed record LoadedSnapshot(
    SnapshotInfo Info,
    SnapshotMark Mark,
    StoreState State,
    IReadOnlyList<DamagedSnapshot> Damaged)
{
    /// <summary>Length of the file.</summary>
    public long SizeBytes => Info.SizeBytes;
}
