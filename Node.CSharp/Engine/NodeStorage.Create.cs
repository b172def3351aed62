// Making a data directory: of a new cluster, or of a member that joins one. The order matters: the first
// snapshot is durable before the log exists, so a directory with a log always has a state to start
// from.
using Kv.Core.Apply;
using Kv.Node.Diagnostics;
using Kv.Node.Discovery;
using Kv.Node.History;
using Kv.Node.Hosting;
using Kv.Node.Options;
using Kv.Node.Ports;
using Kv.Node.Snapshots;
using Kv.Node.Wal;

namespace Kv.Node.Engine;

internal sealed partial class NodeStorage
{
    private static async Task<NodeStorage> CreateAsync(
        NodeOptions options, IClusterSearch search, IDisk disk, HostPorts host, string logDirectory, string snapshotDirectory,
        ILogger logger, WalOptions? wal, CancellationToken token)
    {
        // The first snapshot of an interrupted bootstrap is made again; any other one had a log.
        if (disk.List(snapshotDirectory).Any(
            name => SnapshotFormat.TryParseName(name, out _, out var index) && index > 0))
        {
            throw new DataDirectoryException(
                $"{options.DataDir} has snapshots but no log in {logDirectory}: the log was moved or deleted "
                + "(check --wal-dir); to start this member from nothing, remove the data directory");
        }

        if (options.ForceNewCluster)
        {
            throw new DataDirectoryException(
                $"--force-new-cluster needs the data directory of a member, and {options.DataDir} holds none");
        }

        options = await InitialClusterFinder.CompleteAsync(options, logger, token);
        var cluster = await Bootstrap.IdentifyAsync(options, search, token);
        var identity = new WalIdentity(cluster.ClusterId, cluster.MemberId);
        // Whoever joins knows where the others are, and nothing else before the leader has told it.
        Member[] members = [.. cluster.Members];
        var state = options.JoinsExistingCluster
            ? StoreState.CreateJoining(cluster.ClusterId, members)
            : StoreState.Create(cluster.ClusterId, members);
        var snapshots = new SnapshotStore(disk, snapshotDirectory, cluster.ClusterId);
        var info = snapshots.Save(state);
        var log = WriteAheadLog.Create(disk, logDirectory, identity, wal, host);
        var (member, name) = (identity.MemberId.ToString("x"), identity.ClusterId.ToString("x"));
        if (options.JoinsExistingCluster)
        {
            logger.Joining(member, name, options.DataDir);
        }
        else
        {
            logger.Bootstrapped(member, name, options.DataDir);
        }

        return new NodeStorage
        {
            Identity = identity,
            Log = log,
            Snapshots = snapshots,
            State = state,
            SnapshotBytes = info.SizeBytes,
            HardState = default,
            Entries = [],
            RevisionTimes = RevisionTimesFile.Open(disk, DataDirectory.RevisionTimes(options)),
        };
    }
}
