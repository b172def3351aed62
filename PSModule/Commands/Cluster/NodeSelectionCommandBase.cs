// The ways to name local nodes, shared by the cmdlets that start and stop them: by name with
// wildcards, in a folder or anywhere known, or by piping nodes.

using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that act on local nodes.</summary>
public abstract class NodeSelectionCommandBase : KvCommandBase
{
    internal const string ByName = "Name";
    internal const string ByNode = "InputObject";

    private readonly List<KvNode> _nodes = [];

    /// <summary>Names of nodes, with wildcards.</summary>
    [Parameter(ParameterSetName = ByName, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvNodeCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Folders of clusters to look in, instead of all that are known.</summary>
    [Parameter(ParameterSetName = ByName)]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>Nodes from New-KvCluster or Get-KvNode.</summary>
    [Parameter(ParameterSetName = ByNode, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public KvNode[]? InputObject { get; set; }

    /// <summary>All nodes selected, each once, as they are now.</summary>
    private protected IEnumerable<KvNode> Selected => _nodes.Distinct();

    /// <summary>Only collects: nodes of one cluster are handled together at the end.</summary>
    protected override void ProcessRecord()
    {
        try
        {
            if (ParameterSetName == ByNode)
            {
                _nodes.AddRange(InputObject!.Select(ClusterStore.Refresh));
                return;
            }

            var folders = Path?.Select(FullPath).ToArray();
            var known = ClusterStore.Clusters(Session, folders).SelectMany(static c => c.Nodes()).ToList();
            _nodes.AddRange(Name!.SelectMany(name => Find(this, known, name)));
        }
        catch (KvException failure)
        {
            Report(failure, (object?)Name ?? InputObject);
        }
    }

    /// <summary>The nodes of this name or pattern; that there is none is reported.</summary>
    internal static List<KvNode> Find(KvCommandBase command, IReadOnlyList<KvNode> known, string name) =>
        NamePatterns.Find(known, static n => n.Name, name, () => command.Report(
            new KvNotFoundException(KvErrorId.NodeNotFound, $"There is no local node '{name}'."), name));
}
