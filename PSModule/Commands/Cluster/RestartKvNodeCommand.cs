// Restart-KvNode: one node after the other, each ready again before the next goes, so that a cluster
// keeps its majority and goes on serving.

using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Restarts local nodes, one after the other.</summary>
[Cmdlet(VerbsLifecycle.Restart, "KvNode", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(KvNode))]
public sealed class RestartKvNodeCommand : NodeStartCommandBase
{
    private const int StopSeconds = 10;

    /// <summary>Kill the node instead of asking it to end, as a crash would.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

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
            var stopper = new NodeStopper(this, Force, StopSeconds);
            for (var i = 0; i < nodes.Count; i++)
            {
                if (ShouldProcess(nodes[i].Name, Force ? "Kill and start again" : "Restart") && !TryRestart(nodes[i], stopper, starter))
                {
                    SayLeft(nodes.Skip(i + 1));
                    return;
                }
            }
        }
        catch (KvException failure)
        {
            Report(failure, NodePath);
        }
    }

    private bool TryRestart(KvNode node, NodeStopper stopper, NodeStarter starter)
    {
        if (!stopper.Stop([node]))
        {
            return false;
        }

        var isReady = starter.WaitUntilReady(starter.Start([ClusterStore.Refresh(node)]));
        if (isReady && PassThru)
        {
            WriteObject(ClusterStore.Refresh(node));
        }

        return isReady;
    }

    private void SayLeft(IEnumerable<KvNode> nodes)
    {
        if (nodes.Any())
        {
            WriteWarning($"These nodes were left as they are: {string.Join(", ", nodes)}.");
        }
    }
}
