// Asks processes of nodes to end, then waits for all of them; what has not ended in time is killed.

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

internal sealed class NodeStopper(KvCommandBase command, bool isForced, int timeoutSeconds)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);

    /// <summary>Stops those that run, and forgets the processes of those that crashed. False if one could
    /// not be ended, which was reported.</summary>
    public bool Stop(IEnumerable<KvNode> nodes)
    {
        var stopping = new List<(KvNode Node, NodeRecord Record)>();
        foreach (var node in nodes)
        {
            if (node.State == KvNodeState.Crashed)
            {
                File.Delete(LocalCluster.RecordPath(node));
            }
            else if (node.State == KvNodeState.Running && NodeRecord.Read(LocalCluster.RecordPath(node)) is { } record)
            {
                Signal(record);
                stopping.Add((node, record));
            }
        }

        return WaitForEnd(stopping);
    }

    private void Signal(NodeRecord record)
    {
        if (isForced)
        {
            NodeProcess.Kill(record);
        }
        else
        {
            NodeProcess.RequestStop(record);
        }
    }

    /// <summary>Waits for all; what is late is killed. False if one could not be ended, which was reported.</summary>
    private bool WaitForEnd(List<(KvNode Node, NodeRecord Record)> stopping)
    {
        var elapsed = Stopwatch.StartNew();
        var late = AwaitEnd(stopping, TimeSpan.FromSeconds(timeoutSeconds));
        foreach (var (node, record) in late)
        {
            command.WriteWarning(FormattableString.Invariant($"{node.Name} did not end within {timeoutSeconds} s and is killed."));
            NodeProcess.Kill(record);
        }

        var left = AwaitEnd(late, KillLimit);
        foreach (var (node, _) in left)
        {
            command.Report(
                new KvNodeException(
                    KvErrorId.NodeNotStopped, ErrorCategory.CloseError, $"The process of {node.Name} could not be ended."),
                node);
        }

        command.WriteVerbose(FormattableString.Invariant($"{stopping.Count} nodes stopped in {elapsed.ElapsedMilliseconds} ms."));
        return left.Count == 0;
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

            command.Pause(PollInterval);
        }
    }
}
