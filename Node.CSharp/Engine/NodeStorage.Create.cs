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
        NewDirectory.RequireNeverUsed(options, disk);
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
        NewDirectory.Begin(options, disk);
        var snapshots = new SnapshotStore(disk, snapshotDirectory, cluster.ClusterId);
        var info = snapshots.Save(state);
        var log = WriteAheadLog.Create(disk, logDirectory, identity, wal, host);
        NewDirectory.End(options, disk);
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
            Recording = OpenRecording(options, disk),
        };
    }
}
