// Remove-KvCluster: removes local clusters with all their data.

using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Removes local clusters with all their data.</summary>
[Cmdlet(VerbsCommon.Remove, "KvCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = "Name")]
[OutputType(typeof(void))]
public sealed class RemoveKvClusterCommand : KvCommandBase
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    /// <summary>Names of clusters, with wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Name", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ClusterName")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Folders of clusters.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    [Alias("ClusterPath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Kill nodes that run.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            if (ParameterSetName == "Path")
            {
                foreach (var cluster in ClusterStore.Clusters(Session, [.. Path.Select(SessionState.Path.GetUnresolvedProviderPathFromPSPath)]))
                {
                    Remove(cluster);
                }

                return;
            }

            foreach (var name in Name)
            {
                RemoveNamed(name);
            }
        }
        catch (KvException failure)
        {
            Report(failure, ParameterSetName == "Path" ? Path : Name);
        }
    }

    private void RemoveNamed(string name)
    {
        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        var found = ClusterStore.Clusters(Session, null).Where(c => pattern.IsMatch(c.Nodes().First().ClusterName)).ToList();
        if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
        {
            throw new KvNotFoundException(KvErrorId.NodeNotFound, $"There is no local cluster '{name}'.");
        }

        found.ForEach(Remove);
    }

    private void Remove(LocalCluster cluster)
    {
        var running = cluster.Nodes().Where(static n => n.State == KvNodeState.Running).ToList();
        if (running.Count > 0 && !Force)
        {
            Report(
                new KvNodeException(
                    KvErrorId.NodeRunning,
                    ErrorCategory.ResourceBusy,
                    $"Nodes of the cluster in {cluster.Folder} run: {string.Join(", ", running)}.")
                {
                    RecommendedAction = "Stop them with Stop-KvNode, or say -Force.",
                },
                cluster.Folder);
            return;
        }

        if (!ShouldProcess(cluster.Folder, "Remove the cluster and all its data"))
        {
            return;
        }

        try
        {
            foreach (var record in running.Select(static n => NodeRecord.Read(LocalCluster.RecordPath(n))).OfType<NodeRecord>())
            {
                NodeProcess.Kill(record);
                while (NodeProcess.IsAlive(record))
                {
                    Pause(PollInterval);
                }
            }

            Directory.Delete(cluster.Folder, true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(
                new KvNodeException(KvErrorId.ClusterFileFailed, ErrorCategory.WriteError, exception.Message, exception), cluster.Folder);
        }
    }
}
