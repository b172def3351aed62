// The ways to name local clusters as a whole: by name with wildcards, by folder, or by piping their nodes.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that act on local clusters.</summary>
public abstract class LocalClusterCommandBase : KvCommandBase
{
    internal const string ByName = "Name";
    internal const string ByPath = "Path";
    internal const string ByNode = "InputObject";

    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>Names of clusters, with wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Folders of clusters.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPath, ValueFromPipelineByPropertyName = true)]
    [Alias("ClusterPath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Nodes of the clusters, from New-KvCluster or Get-KvNode; all nodes of one cluster are one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByNode, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public KvNode[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            foreach (var cluster in Selected().Where(c => _folders.Add(c.Folder)))
            {
                Act(cluster);
            }
        }
        catch (KvException failure)
        {
            Report(failure, ParameterSetName switch { ByPath => Path, ByNode => InputObject, _ => Name });
        }
    }

    private protected abstract void Act(LocalCluster cluster);

    private IEnumerable<LocalCluster> Selected() => ParameterSetName switch
    {
        ByPath => ClusterStore.Clusters(Session, [.. Path.Select(FullPath)]),

        // Piped nodes may be those of a cluster that was just removed with the node before.
        ByNode => InputObject.Select(static n => n.ClusterPath).Where(f => !_folders.Contains(f)).Distinct().Select(LocalCluster.Open),
        _ => Name.SelectMany(Named),
    };

    /// <summary>Does something to a cluster; what fails is reported.</summary>
    private protected void Try(LocalCluster cluster, Action act)
    {
        try
        {
            act();
        }
        catch (KvException failure)
        {
            Report(failure, cluster.Folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(
                new KvNodeException(KvErrorId.ClusterFileFailed, ErrorCategory.WriteError, exception.Message, exception), cluster.Folder);
        }
    }

    private List<LocalCluster> Named(string name) =>
        NamePatterns.Find(ClusterStore.Clusters(Session, null), static c => c.Name, name, () => Report(
            new KvNotFoundException(KvErrorId.NodeNotFound, $"There is no local cluster '{name}'."), name));
}
