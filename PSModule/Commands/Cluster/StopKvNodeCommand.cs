// Stop-KvNode: asks all nodes piped to end, then waits for all; what has not ended in time is killed.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Stops local nodes.</summary>
[Cmdlet(VerbsLifecycle.Stop, "KvNode", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(KvNode))]
public sealed class StopKvNodeCommand : NodeSelectionCommandBase
{
    private const int TimeoutDefault = 10;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);

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
        var stopping = new List<(KvNode Node, NodeRecord Record)>();
        foreach (var node in nodes)
        {
            if (node.State == KvNodeState.Crashed && ShouldProcess(node.Name, "Forget the crashed process"))
            {
                File.Delete(LocalCluster.RecordPath(node));
            }
            else if (node.State == KvNodeState.Running && ShouldProcess(node.Name, Force ? "Kill" : "Stop")
                && NodeRecord.Read(LocalCluster.RecordPath(node)) is { } record)
            {
                Signal(record);
                stopping.Add((node, record));
            }
        }

        WaitForEnd(stopping);
        if (PassThru)
        {
            WriteObject(nodes.Select(ClusterStore.Refresh), true);
        }
    }

    private void Signal(NodeRecord record)
    {
        if (Force)
        {
            NodeProcess.Kill(record);
        }
        else
        {
            NodeProcess.RequestStop(record);
        }
    }

    private void WaitForEnd(List<(KvNode Node, NodeRecord Record)> stopping)
    {
        var elapsed = Stopwatch.StartNew();
        var late = AwaitEnd(stopping, TimeSpan.FromSeconds(TimeoutSec));
        foreach (var (node, record) in late)
        {
            WriteWarning(FormattableString.Invariant($"{node.Name} did not end within {TimeoutSec} s and is killed."));
            NodeProcess.Kill(record);
        }

        foreach (var (node, _) in AwaitEnd(late, KillLimit))
        {
            Report(
                new KvNodeException(
                    KvErrorId.NodeNotStopped, ErrorCategory.CloseError, $"The process of {node.Name} could not be ended."),
                node);
        }

        WriteVerbose(FormattableString.Invariant($"{stopping.Count} nodes stopped in {elapsed.ElapsedMilliseconds} ms."));
    }

    /// <summary>Waits until all have ended or the limit is reached; those that have not.</summary>
    private List<(KvNode Node, NodeRecord Record)> AwaitEnd(List<(KvNode Node, NodeRecord Record)> nodes, TimeSpan limit)
    {
        var elapsed = Stopwatch.StartNew();
        var waiting = nodes;
        while (true)
        {
            foreach (var (node, _) in waiting.Where(static n => !NodeProcess.IsAlive(n.Record)))
            {
                File.Delete(LocalCluster.RecordPath(node));
            }

            waiting = [.. waiting.Where(static n => NodeProcess.IsAlive(n.Record))];
            if (waiting.Count == 0 || elapsed.Elapsed >= limit)
            {
                return waiting;
            }

            Pause(PollInterval);
        }
    }
}
