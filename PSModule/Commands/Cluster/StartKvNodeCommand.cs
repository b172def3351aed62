// Start-KvNode: starts the processes of all nodes piped, then waits for all.

using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Starts local nodes.</summary>
[Cmdlet(VerbsLifecycle.Start, "KvNode", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(KvNode))]
public sealed class StartKvNodeCommand : NodeStartCommandBase
{
    /// <summary>Do not wait for the nodes to be ready.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var nodes = Selected.ToList();
        if (nodes.Count == 0)
        {
            return;
        }

        try
        {
            var starter = Starter();
            var started = starter.Start(nodes.Where(n => n.State == KvNodeState.Running || ShouldProcess(n.Name, "Start")));
            if (!NoWait)
            {
                starter.WaitUntilReady(started);
            }
        }
        catch (KvException failure)
        {
            Report(failure, NodePath);
        }

        if (PassThru)
        {
            WriteObject(nodes.Select(ClusterStore.Refresh).Where(static n => n.State == KvNodeState.Running), true);
        }
    }
}
