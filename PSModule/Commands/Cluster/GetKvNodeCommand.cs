// Get-KvNode: the local nodes that are known, and whether they run.

using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Lists local nodes.</summary>
[Cmdlet(VerbsCommon.Get, "KvNode")]
[OutputType(typeof(KvNode))]
public sealed class GetKvNodeCommand : KvCommandBase
{
    /// <summary>Names of nodes, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvNodeCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Folders of clusters to look in, instead of all that are known.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ClusterPath")]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            var folders = Path?.Select(FullPath).ToArray();
            var known = ClusterStore.Clusters(Session, folders).SelectMany(static c => c.Nodes()).ToList();
            foreach (var name in Name ?? ["*"])
            {
                WriteObject(NodeSelectionCommandBase.Find(this, known, name), true);
            }
        }
        catch (KvException failure)
        {
            Report(failure, (object?)Path ?? Name);
        }
    }
}
