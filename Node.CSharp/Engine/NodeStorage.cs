// Opens the data directory: recovers what is there, or makes a new one from the initial cluster. The
// order of the bootstrap matters: the first snapshot is durable before the log exists, so a directory
// with a log always has a state to start from.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Hosting;
using Kv.Node.Options;
using Kv.Node.Ports;
using Kv.Node.Snapshots;
using Kv.Node.Wal;

namespace Kv.Node.Engine;

/// <summary>The node's durable parts, and what they held at the start.</summary>
internal sealed class NodeStorage : IDisposable
{
    public required WalIdentity Identity { get; init; }

    public required WriteAheadLog Log { get; init; }

    public required SnapshotStore Snapshots { get; init; }

    /// <summary>The state of the newest good snapshot.</summary>
    public required StoreState State { get; init; }

    /// <summary>Size of that snapshot, bytes.</summary>
    public required long SnapshotBytes { get; init; }

    public required HardState HardState { get; init; }

    /// <summary>The entries behind the snapshot.</summary>
    public required Entry[] Entries { get; init; }

    /// <summary>Opens or makes the data directory.</summary>
    /// <exception cref="DataDirectoryException">It belongs to another cluster, or half of it is
    /// missing.</exception>
    /// <exception cref="StorageException">The disk failed, is damaged, or another process uses it.</exception>
    /// <exception cref="OptionsException">A new node's options do not name a cluster it is part of.</exception>
    public static NodeStorage Open(NodeOptions options, IDisk disk, ILogger logger)
    {
        RestoredDirectory.RequireFinished(options, disk);
        var snapshotDirectory = DataDirectory.Snapshots(options);
        var logDirectory = DataDirectory.Log(options);
        disk.CreateDirectory(snapshotDirectory);
        disk.CreateDirectory(logDirectory);
        return WriteAheadLog.Exists(disk, logDirectory)
            ? Recover(options, disk, logDirectory, snapshotDirectory, logger)
            : Bootstrap(options, disk, logDirectory, snapshotDirectory, logger);
    }

    public void Dispose() => Log.Dispose();

    private static NodeStorage Bootstrap(
        NodeOptions options, IDisk disk, string logDirectory, string snapshotDirectory, ILogger logger)
    {
        // The first snapshot of an interrupted bootstrap is made again; any other one had a log.
        if (disk.List(snapshotDirectory).Any(
            name => SnapshotFormat.TryParseName(name, out _, out var index) && index > 0))
        {
            throw new DataDirectoryException(
                $"{options.DataDir} has snapshots but no log in {logDirectory}: the log was moved or deleted "
                + "(check --wal-dir); to start this member from nothing, remove the data directory");
        }

        if (options.JoinsExistingCluster)
        {
            throw new DataDirectoryException(
                $"--initial-cluster-state=existing needs a data directory of that cluster, and {options.DataDir} "
                + "holds none; a new cluster is made with --initial-cluster-state=new");
        }

        var cluster = ClusterIdentity.OfNewCluster(options);
        var identity = new WalIdentity(cluster.ClusterId, cluster.MemberId);
        var state = StoreState.Create(cluster.ClusterId, [.. cluster.Members]);
        var snapshots = new SnapshotStore(disk, snapshotDirectory, cluster.ClusterId);
        var info = snapshots.Save(state);
        var log = WriteAheadLog.Create(disk, logDirectory, identity);
        logger.Bootstrapped(identity.MemberId.ToString("x"), identity.ClusterId.ToString("x"), options.DataDir);
        return new NodeStorage
        {
            Identity = identity,
            Log = log,
            Snapshots = snapshots,
            State = state,
            SnapshotBytes = info.SizeBytes,
            HardState = default,
            Entries = [],
        };
    }

    private static NodeStorage Recover(
        NodeOptions options, IDisk disk, string logDirectory, string snapshotDirectory, ILogger logger)
    {
        var recovered = WriteAheadLog.Recover(disk, logDirectory, out var log);
        try
        {
            RefuseOtherCluster(options, recovered.Identity);
            if (recovered.Repair is { } torn)
            {
                logger.TornTailCut(
                    $"the log ended in a torn record: cut {torn.BytesCut} bytes off {torn.File} at offset "
                    + $"{torn.Offset}; nothing acknowledged was in them");
            }

            var snapshots = new SnapshotStore(disk, snapshotDirectory, recovered.Identity.ClusterId);
            var loaded = snapshots.LoadNewest(recovered);
            foreach (var damage in loaded.Damaged)
            {
                logger.SnapshotDamaged(damage.Message);
            }

            var entries = recovered.EntriesAfter(loaded.Mark);
            logger.Recovered(
                recovered.Identity.MemberId.ToString("x"), recovered.Identity.ClusterId.ToString("x"),
                loaded.State.AppliedIndex, entries.Length);
            return new NodeStorage
            {
                Identity = recovered.Identity,
                Log = log,
                Snapshots = snapshots,
                State = loaded.State,
                SnapshotBytes = loaded.Info.SizeBytes,
                HardState = recovered.HardState,
                Entries = entries,
            };
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>etcd starts with whatever the directory holds. An operator who gives another initial
    /// cluster has the wrong directory or the wrong flag, and should hear of it.</summary>
    private static void RefuseOtherCluster(NodeOptions options, WalIdentity identity)
    {
        if (!options.InitialClusterGiven || options.JoinsExistingCluster)
        {
            return;
        }

        var asked = ClusterIdentity.OfNewCluster(options);
        if (asked.ClusterId != identity.ClusterId || asked.MemberId != identity.MemberId)
        {
            throw new DataDirectoryException(
                $"{options.DataDir} belongs to member {identity.MemberId:x} of cluster {identity.ClusterId:x}, but "
                + $"--initial-cluster makes this member {asked.MemberId:x} of cluster {asked.ClusterId:x}; use another "
                + "--data-dir, or give the --initial-cluster and token it was made with");
        }
    }
}
