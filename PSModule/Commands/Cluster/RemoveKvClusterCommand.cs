// Remove-KvCluster: removes local clusters with all their data.

using System.IO;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Removes local clusters with all their data.</summary>
[Cmdlet(VerbsCommon.Remove, "KvCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = ByName)]
[OutputType(typeof(void))]
public sealed class RemoveKvClusterCommand : LocalClusterCommandBase
{
    private const int KillSeconds = 5;

    /// <summary>Kill nodes that run.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override void Act(LocalCluster cluster)
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

        if (ShouldProcess(cluster.Folder, "Remove the cluster and all its data"))
        {
            Try(cluster, () =>
            {
                if (new NodeStopper(this, true, KillSeconds).Stop(running))
                {
                    Directory.Delete(cluster.Folder, true);
                }
            });
        }
    }
}
