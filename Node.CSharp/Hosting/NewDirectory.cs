// The data directory of a new member is made in two steps, the first snapshot and then the log. A mark stands in
// it meanwhile: without it, a directory that lost its log (a --wal-dir that is not mounted, say) would look like
// one of which only the first step was done, and the member would forget what it voted and acknowledged.
using Kv.Node.Options;
using Kv.Node.Ports;
using Kv.Node.Snapshots;

namespace Kv.Node.Hosting;

/// <summary>Tells directories in the making from those that lost something.</summary>
internal static class NewDirectory
{
    private const string MarkName = "bootstrap.unfinished";

    /// <summary>Refuses a directory that had a log and has none.</summary>
    /// <exception cref="DataDirectoryException">It did.</exception>
    public static void RequireNeverUsed(NodeOptions options, IDisk disk)
    {
        var isUsed = disk.List(DataDirectory.Snapshots(options)).Any(
            name => SnapshotFormat.TryParseName(name, out _, out var index) && (index > 0 || !disk.Exists(Mark(options))));
        if (isUsed)
        {
            throw new DataDirectoryException(
                $"{options.DataDir} has snapshots but no log in {DataDirectory.Log(options)}: the log was moved or deleted "
                + "(check --wal-dir); to start this member from nothing, remove the data directory");
        }
    }

    /// <summary>Before anything is made in it; durable on return.</summary>
    public static void Begin(NodeOptions options, IDisk disk)
    {
        disk.Create(Mark(options)).Dispose();
        disk.SyncDirectory(options.DataDir);
    }

    /// <summary>Once it has a log, which may be long ago.</summary>
    public static void End(NodeOptions options, IDisk disk)
    {
        if (disk.Exists(Mark(options)))
        {
            disk.Delete(Mark(options));
            disk.SyncDirectory(options.DataDir);
        }
    }

    private static string Mark(NodeOptions options) => Path.Combine(options.DataDir, MarkName);
}
