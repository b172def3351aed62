// Restore-KvSnapshot: makes the data directories of the nodes of a new cluster from one snapshot, without
// any server. The nodes are then started as usual and go on from the snapshot together.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Restores a snapshot into the data directories of nodes.</summary>
[Cmdlet(VerbsData.Restore, "KvSnapshot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = ByNode)]
[OutputType(typeof(KvNode))]
public sealed class RestoreKvSnapshotCommand : NodeProgramCommandBase
{
    private const string ByNode = "InputObject";
    private const string ByDirectory = "DataDirectory";

    /// <summary>Flags of a node that say who it is in which cluster.</summary>
    private static readonly string[] Kept =
        ["--name", "--data-dir", "--initial-cluster", "--initial-cluster-token", "--initial-advertise-peer-urls"];

    private readonly List<KvNode> _nodes = [];

    /// <summary>The snapshot.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByNode)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByDirectory, ValueFromPipelineByPropertyName = true)]
    [Alias("FilePath", "FullName", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>The nodes of a local cluster, all of them, stopped.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByNode, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public KvNode[] InputObject { get; set; } = [];

    /// <summary>The data directory to make.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByDirectory)]
    [ValidateNotNullOrEmpty]
    public string? DataDirectory { get; set; }

    /// <summary>The name of the node.</summary>
    [Parameter(ParameterSetName = ByDirectory)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The new cluster's nodes, as name=peer-url; without it, this node alone.</summary>
    [Parameter(ParameterSetName = ByDirectory)]
    [ValidateNotNullOrEmpty]
    public string[]? InitialCluster { get; set; }

    /// <summary>The token of the new cluster.</summary>
    [Parameter(ParameterSetName = ByDirectory)]
    [ValidateNotNullOrEmpty]
    public string? Token { get; set; }

    /// <summary>Where the other nodes reach this one.</summary>
    [Parameter(ParameterSetName = ByDirectory)]
    [ValidateNotNullOrEmpty]
    public string[]? PeerUrl { get; set; }

    /// <summary>Raise the revision by this much, so that clients that saw later revisions do not see them
    /// again; everything before is compacted.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long BumpRevision { get; set; }

    /// <summary>Move a data directory that has something in it aside; its new name ends in the time.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Emit the nodes.</summary>
    [Parameter(ParameterSetName = ByNode)]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == ByNode)
        {
            _nodes.AddRange(InputObject);
            return;
        }

        var directory = FullPath(DataDirectory!);
        Try(directory, () =>
        {
            if (ShouldProcess(directory, $"Restore {Path}"))
            {
                Restore(directory, DirectoryArguments(directory));
            }
        });
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        using var progress = new ProgressBar(this, $"Restoring {Path}", _nodes.Count);
        foreach (var node in _nodes.Distinct())
        {
            Try(node, () => RestoreNode(node));
            progress.Add(1);
        }
    }

    private void RestoreNode(KvNode node)
    {
        var now = ClusterStore.Refresh(node);
        if (now.State == KvNodeState.Running)
        {
            throw new KvNodeException(KvErrorId.NodeRunning, ErrorCategory.ResourceBusy, $"The node {node.Name} runs.")
            {
                RecommendedAction = "Stop it first (Stop-KvNode).",
            };
        }

        if (!node.Arguments.Contains("--initial-cluster"))
        {
            throw new KvNodeException(
                KvErrorId.RestoreFailed,
                ErrorCategory.InvalidArgument,
                $"The node {node.Name} finds its cluster by discovery; a restored cluster names its nodes.");
        }

        if (ShouldProcess(node.Name, $"Restore {Path} into {node.DataDirectory}"))
        {
            Restore(node.DataDirectory, NodeArguments(node));
            if (PassThru)
            {
                WriteObject(now);
            }
        }
    }

    private static IEnumerable<string> NodeArguments(KvNode node) => Kept
        .Select(flag => Array.IndexOf(node.Arguments, flag)).Where(static i => i >= 0)
        .SelectMany(i => new[] { node.Arguments[i], node.Arguments[i + 1] });

    private List<string> DirectoryArguments(string directory)
    {
        List<string> arguments = ["--data-dir", directory];
        void Add(string flag, string? value)
        {
            if (value is not null)
            {
                arguments.AddRange([flag, value]);
            }
        }

        Add("--name", Name);
        Add("--initial-cluster", InitialCluster is null ? null : string.Join(",", InitialCluster));
        Add("--initial-cluster-token", Token);
        Add("--initial-advertise-peer-urls", PeerUrl is null ? null : string.Join(",", PeerUrl));
        return arguments;
    }

    private void Restore(string directory, IEnumerable<string> identity)
    {
        var file = FullPath(Path);
        string? aside = null;
        if (Force && Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            aside = directory.TrimEnd(System.IO.Path.DirectorySeparatorChar)
                + DateTime.UtcNow.ToString("'.'yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);
            Directory.Move(directory, aside);
            WriteVerbose($"{directory} is now {aside}.");
        }

        string[] bump = BumpRevision > 0
            ? ["--bump-revision", BumpRevision.ToString(CultureInfo.InvariantCulture), "--mark-compacted"]
            : [];
        try
        {
            WriteVerbose(RunProgram(KvErrorId.RestoreFailed, ["snapshot", "restore", file, .. identity, .. bump]).Trim());
            aside = null;
        }
        finally
        {
            if (aside is not null && !Directory.Exists(directory))
            {
                Directory.Move(aside, directory);
            }
        }
    }

    private void Try(object target, Action act)
    {
        try
        {
            act();
        }
        catch (KvException failure)
        {
            Report(failure, target);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(new KvNodeException(KvErrorId.RestoreFailed, ErrorCategory.WriteError, exception.Message, exception), target);
        }
    }
}
