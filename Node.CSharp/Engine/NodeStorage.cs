// Opens the data directory: recovers what is there, or makes a new one (NodeStorage.Create.cs).
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.History;
using Kv.Node.Hosting;
using Kv.Node.Options;
using Kv.Node.Ports;
using Kv.Node.Recording;
using Kv.Node.Snapshots;
using Kv.Node.Wal;

namespace Kv.Node.Engine;

/// <summary>The node's durable parts, and what they held at the start.</summary>
internal sealed partial class NodeStorage : IDisposable
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
    /// <param name="options">Checked settings.</param>
    /// <param name="search">How a new member finds out about its cluster.</param>
    /// <param name="disk">Where the directory is.</param>
    /// <param name="host">Time, threads and chance.</param>
    /// <param name="logger">Where it speaks.</param>
    /// <param name="token">Gives up.</param>
    /// <param name="wal">Settings of the log; null for the defaults.</param>
    /// <exception cref="DataDirectoryException">It belongs to another cluster, or half of it is
    /// missing.</exception>
    /// <exception cref="StorageException">The disk failed, is damaged, or another process uses it.</exception>
    /// <exception cref="OptionsException">A new node's options do not name a cluster it is part of, or
    /// the cluster it is to join is not there.</exception>
    public static async Task<NodeStorage> OpenAsync(
        NodeOptions options, IClusterSearch search, IDisk disk, HostPorts host, ILogger logger, CancellationToken token,
        WalOptions? wal = null)
    {
        RestoredDirectory.RequireFinished(options, disk);
        var snapshotDirectory = DataDirectory.Snapshots(options);
        var logDirectory = DataDirectory.Log(options);
        disk.CreateDirectory(snapshotDirectory);
        disk.CreateDirectory(logDirectory);
        return WriteAheadLog.Exists(disk, logDirectory)
            ? Recover(options, disk, host, logDirectory, snapshotDirectory, logger, wal)
            : await CreateAsync(options, search, disk, host, logDirectory, snapshotDirectory, logger, wal, token);
    }

    /// <summary>What is remembered of revisions and times.</summary>
    public required RevisionTimesFile RevisionTimes { get; init; }

    /// <summary>Where the recording goes; null for nowhere.</summary>
    public required RecordingFiles? Recording { get; set; }

    public void Dispose()
    {
        Log.Dispose();
        RevisionTimes.Dispose();
    }

    private static NodeStorage Recover(
        NodeOptions options, IDisk disk, HostPorts host, string logDirectory, string snapshotDirectory, ILogger logger,
        WalOptions? wal)
    {
        var recovered = WriteAheadLog.Recover(disk, logDirectory, out var log, wal, host);
        try
        {
            NewDirectory.End(options, disk);
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

            var (hardState, entries) = (recovered.HardState, recovered.EntriesAfter(loaded.Mark));
            logger.Recovered(
                recovered.Identity.MemberId.ToString("x"), recovered.Identity.ClusterId.ToString("x"),
                loaded.State.AppliedIndex, entries.Length);
            if (options.Discovery.IsAskedFor)
            {
                logger.DiscoveryNotNeeded(options.DataDir);
            }

            RefuseOtherCluster(options, recovered.Identity, loaded.State, entries);
            if (options.ForceNewCluster)
            {
                (hardState, entries) = ForcedCluster.Make(recovered.Identity, loaded.State, hardState, entries, log, logger);
            }

            return new NodeStorage
            {
                Identity = recovered.Identity,
                Log = log,
                Snapshots = snapshots,
                State = loaded.State,
                SnapshotBytes = loaded.Info.SizeBytes,
                HardState = hardState,
                Entries = entries,
                RevisionTimes = OpenTimes(options, disk, logger),
                Recording = OpenRecording(options, disk),
            };
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    private static RecordingFiles? OpenRecording(NodeOptions options, IDisk disk) =>
        options.RecorderBytes > 0 ? new RecordingFiles(disk, DataDirectory.Recorder(options), options.RecorderBytes) : null;

    private static RevisionTimesFile OpenTimes(NodeOptions options, IDisk disk, ILogger logger)
    {
        var times = RevisionTimesFile.Open(disk, DataDirectory.RevisionTimes(options));
        if (times.Damage is { } damage)
        {
            logger.RevisionTimesDamaged(damage);
        }

        return times;
    }

    /// <summary>etcd starts with whatever the directory holds. An operator who gives another initial
    /// cluster has the wrong directory or the wrong flag, and should hear of it. Not so if this member
    /// has been moved (its peer URLs updated) since the directory was made.</summary>
    private static void RefuseOtherCluster(NodeOptions options, WalIdentity identity, StoreState state, Entry[] entries)
    {
        if (!options.InitialClusterGiven || options.JoinsExistingCluster || options.ForceNewCluster)
        {
            return;
        }

        var asked = ClusterIdentity.OfNewCluster(options);
        if ((asked.ClusterId == identity.ClusterId && asked.MemberId == identity.MemberId)
            || StoreMachine.Apply(state, entries, []).Members.Any(
                member => member.Id == identity.MemberId
                    && ClusterIdentity.IsAt(member, options.InitialAdvertisePeerUrls)))
        {
            return;
        }

        throw new DataDirectoryException(
            $"{options.DataDir} belongs to member {identity.MemberId:x} of cluster {identity.ClusterId:x}, but "
            + $"--initial-cluster makes this member {asked.MemberId:x} of cluster {asked.ClusterId:x}; use another "
            + "--data-dir, or give the --initial-cluster and token it was made with; if this member was moved, say "
            + "--initial-cluster-state=existing");
    }
}
