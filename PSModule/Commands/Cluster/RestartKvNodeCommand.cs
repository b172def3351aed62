// Restart-KvNode: one node after the other, each ready again before the next goes, so that a cluster
// keeps its majority and goes on serving.

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
        for (var i = 0; i < nodes.Count; i++)
        {
            if (!ShouldProcess(nodes[i].Name, Force ? "Kill and start again" : "Restart") || TryRestart(nodes[i]))
            {
                continue;
            }

            if (i + 1 < nodes.Count)
            {
                WriteWarning($"These nodes were left as they are: {string.Join(", ", nodes.Skip(i + 1))}.");
            }

            return;
        }
    }

    private bool TryRestart(KvNode node)
    {
        try
        {
            var starter = Starter();
            if (!new NodeStopper(this, Force, StopSeconds).Stop([node]))
            {
                return false;
            }

            var stopped = ClusterStore.Refresh(node);
            var isReady = starter.WaitUntilReady(starter.Start([stopped]));
            if (isReady && PassThru)
            {
                WriteObject(ClusterStore.Refresh(node));
            }

            return isReady;
        }
        catch (KvException failure)
        {
            Report(failure, node);
            return false;
        }
    }
}
