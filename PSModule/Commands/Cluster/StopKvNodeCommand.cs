// Stop-KvNode: asks all nodes piped to end, then waits for all.

using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Stops local nodes.</summary>
[Cmdlet(VerbsLifecycle.Stop, "KvNode", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(KvNode))]
public sealed class StopKvNodeCommand : NodeSelectionCommandBase
{
    private const int TimeoutDefault = 10;

    /// <summary>Seconds a node may take to end before it is killed.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = TimeoutDefault;

    /// <summary>Kill at once, as a crash would.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Emit the nodes.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var nodes = Selected.ToList();
        var stopper = new NodeStopper(this, Force, TimeoutSec);
        stopper.Stop(nodes.Where(ShouldStop).ToList());
        if (PassThru)
        {
            WriteObject(nodes.Select(ClusterStore.Refresh), true);
        }
    }

    private bool ShouldStop(KvNode node) => node.State switch
    {
        KvNodeState.Crashed => ShouldProcess(node.Name, "Forget the crashed process"),
        KvNodeState.Running => ShouldProcess(node.Name, Force ? "Kill" : "Stop"),
        _ => false,
    };
}
