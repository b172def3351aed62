// Names one snapshot on the disk.
namespace Kv.Node.Snapshots;

/// <summary>A snapshot file.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Index">Index of the last entry it covers.</param>
/// <param name="Term">Term of that entry.</param>
/// <param name="SizeBytes">Length of the file.</param>
internal sealed record SnapshotInfo(string Path, ulong Index, ulong Term, long SizeBytes);
