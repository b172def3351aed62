// `kvnode snapshot restore`: a data directory for one member of a new cluster. Run once for each member,
// with the same file and the same cluster flags, it gives all of them the same state at the same place of
// the log, so that together they are a cluster that goes on from the snapshot.
using System.Globalization;
using Kv.Node.EtcdFile;
using Kv.Node.Hosting;
using Kv.Node.Options;
using Kv.Node.Ports;

namespace Kv.Node.Commands;

/// <summary>Restores a file into a data directory.</summary>
internal sealed class RestoreCommand
{
    private const string Summary = """
        Makes the data directory of a member of a new cluster from a snapshot of kvnode or etcd. For a
        cluster of several members, restore the same file for each, with the same --initial-cluster and
        token, and its own --name and --initial-advertise-peer-urls; then start each with these flags.
        Keys, revisions, leases and alarms are kept; members are those of --initial-cluster.
        """;

    private NodeOptions _options = new() { DataDir = "" };
    private bool _skipsHashCheck;
    private bool _marksCompacted;
    private long _bump;

    private RestoreCommand()
    {
    }

    /// <summary>Runs the command.</summary>
    /// <exception cref="OptionsException">The arguments are wrong.</exception>
    /// <exception cref="DataDirectoryException">The data directory is in use, or the file cannot be taken
    /// whole.</exception>
    /// <exception cref="StorageException">The file is damaged, or the disk failed.</exception>
    public static int Run(IReadOnlyList<string> arguments)
    {
        var command = new RestoreCommand();
        var syntax = command.Syntax();
        if (syntax.Parse(arguments) is not { } path)
        {
            Console.Out.Write(syntax.Render());
            return 0;
        }

        command.Restore(path);
        return 0;
    }

    private CommandSyntax Syntax() => new("snapshot restore", Summary,
    [
        new CommandFlag("name", "NAME", "Name of this member.",
            text => _options = _options with { Name = FlagValue.NonEmpty(text) })
        {
            Default = _options.Name,
        },
        new CommandFlag("data-dir", "PATH", "The data directory to make: absent or empty.",
            text => _options = _options with { DataDir = FlagValue.NonEmpty(text) })
        {
            Default = "<name>.kv",
        },
        new CommandFlag("wal-dir", "PATH", "Directory of the log, if not below the data directory.",
            text => _options = _options with { WalDir = text }),
        new CommandFlag("initial-cluster", "NAME=URL,...", "Members of the new cluster.",
            text => _options = _options with { InitialCluster = UrlList.ParseCluster(text) })
        {
            Default = "<name>=<initial-advertise-peer-urls>",
        },
        new CommandFlag("initial-cluster-token", "TEXT", "Tells clusters apart that are made with the same URLs.",
            text => _options = _options with { InitialClusterToken = text })
        {
            Default = _options.InitialClusterToken,
        },
        new CommandFlag("initial-advertise-peer-urls", "URL,...", "URLs other members reach this member at.",
            text => _options = _options with { InitialAdvertisePeerUrls = UrlList.Parse(text) })
        {
            Default = UrlList.Show(_options.InitialAdvertisePeerUrls),
        },
        new CommandFlag("skip-hash-check", "", "Take a file whose checksum is missing or wrong.",
            text => _skipsHashCheck = FlagValue.Boolean(text)),
        new CommandFlag("bump-revision", "N", "Raise the revision by N; needs --mark-compacted.",
            text => _bump = FlagValue.Integer(text, 0, long.MaxValue)),
        new CommandFlag("mark-compacted", "", "Compact everything before the raised revision.",
            text => _marksCompacted = FlagValue.Boolean(text)),
        new CommandFlag("initial-memory-map-size", "BYTES", "Ignored; for scripts made for etcdutl.", _ => { }),
    ]);

    private void Restore(string path)
    {
        if (_marksCompacted != _bump > 0)
        {
            throw new OptionsException(_marksCompacted
                ? "--mark-compacted needs --bump-revision above 0"
                : "--mark-compacted required if --bump-revision > 0");
        }

        var options = OptionsValidator.Complete(_options, new HashSet<string>(), []);
        var cluster = ClusterIdentity.OfNewCluster(options);
        var disk = new PhysicalDisk();
        RestoredDirectory.RequireEmpty(options);
        if (!_skipsHashCheck)
        {
            SnapshotTrailer.Check(disk, path);
        }

        var import = Read(disk, path);
        var state = import.ToState(cluster.ClusterId, cluster.Members);
        foreach (var warning in import.Warnings)
        {
            Console.Error.WriteLine($"kvnode: warning: {warning}");
        }

        RestoredDirectory.Write(disk, options, cluster, state);
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"restored {path} into {options.DataDir}: revision {state.Revision}, {state.KeyCount} keys, {state.LeaseCount} leases; "
            + $"member {cluster.MemberId:x} of cluster {cluster.ClusterId:x}"));
    }

    private EtcdFileImport Read(IDisk disk, string path)
    {
        var import = EtcdFileImport.Read(disk, path);
        return _bump == 0 || import.Bump(_bump)
            ? import
            : throw new OptionsException($"invalid value \"{_bump}\" for --bump-revision: the revision would be too large");
    }
}
