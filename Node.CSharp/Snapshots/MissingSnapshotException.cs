// No snapshot to start from: every log leads on from one, the empty state's at the least.
using Kv.Node.Ports;

namespace Kv.Node.Snapshots;

/// <summary>The log does not reach back to any snapshot in the directory.</summary>
/// <param name="directory">Where the snapshots are.</param>
/// <param name="firstIndex">First index the log still has.</param>
internal sealed class MissingSnapshotException(string directory, ulong firstIndex)
    : StorageException(
        $"no usable snapshot in {directory}: the log begins at index {firstIndex} and none leads up "
        + "to it; restore the data directory from a copy, or remove this member from the cluster and add it "
        + "again with an empty data directory");
