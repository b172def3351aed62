// The data directory of a restored member: a snapshot, and a log that begins behind it. A mark stands in
// it while it is written, so that a node never starts on half a restore, and never takes one for a new
// directory.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Options;
using Kv.Node.Ports;
using Kv.Node.Snapshots;
using Kv.Node.Wal;
using Microsoft.FSharp.Core;

namespace Kv.Node.Hosting;

/// <summary>Writes the data directory of a restored member.</summary>
internal static class RestoredDirectory
{
    private const string MarkName = "restore.unfinished";

    /// <summary>Refuses a directory that holds anything.</summary>
    /// <exception cref="DataDirectoryException">It does.</exception>
    public static void RequireEmpty(NodeOptions options)
    {
        if (IsInUse(options.DataDir))
        {
            throw new DataDirectoryException(
                $"data-dir \"{options.DataDir}\" not empty or could not be read: restore into a new --data-dir");
        }

        if (options.WalDir.Length > 0 && IsInUse(options.WalDir))
        {
            throw new DataDirectoryException($"wal-dir \"{options.WalDir}\" exists: restore into a new --wal-dir");
        }
    }

    /// <summary>Refuses a directory in which a restore was cut off.</summary>
    /// <exception cref="DataDirectoryException">One was.</exception>
    public static void RequireFinished(NodeOptions options, IDisk disk)
    {
        if (disk.Exists(Path.Combine(options.DataDir, MarkName)))
        {
            throw new DataDirectoryException(
                $"a restore into {options.DataDir} was cut off: remove the directory and restore the snapshot again");
        }
    }

    /// <summary>Writes it; durable on return.</summary>
    /// <exception cref="StorageException">The disk failed.</exception>
    public static void Write(IDisk disk, NodeOptions options, ClusterIdentity cluster, StoreState state)
    {
        disk.CreateDirectory(options.DataDir);
        var mark = Path.Combine(options.DataDir, MarkName);
        disk.Create(mark).Dispose();
        disk.SyncDirectory(options.DataDir);
        new SnapshotStore(disk, DataDirectory.Snapshots(options), cluster.ClusterId).Save(state);
        var identity = new WalIdentity(cluster.ClusterId, cluster.MemberId);
        using (var log = WriteAheadLog.Create(disk, DataDirectory.Log(options), identity))
        {
            var hard = new HardState(state.AppliedTerm, 0, state.AppliedIndex);
            log.Append(new PersistBatch(1, FSharpValueOption<HardState>.Some(hard), [], state.Mark, true, []));
            log.Flush(sync: true);
        }

        disk.Delete(mark);
        disk.SyncDirectory(options.DataDir);
    }

    private static bool IsInUse(string directory) =>
        File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any());
}
