// Start-KvNode: starts the processes of all nodes piped, then waits for all. A node of a new cluster is
// ready only when most of the others run too, so waiting for each in turn would never end.

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

/// <summary>Starts local nodes.</summary>
[Cmdlet(VerbsLifecycle.Start, "KvNode", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(KvNode))]
public sealed class StartKvNodeCommand : NodeSelectionCommandBase
{
    private const int TimeoutDefault = 30;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>The kvnode program; without it KVNODE, the folder next to the module's, or the PATH.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NodePath { get; set; }

    /// <summary>Further flags for the program.</summary>
    [Parameter]
    [ValidateNotNull]
    public string[]? ArgumentList { get; set; }

    /// <summary>Seconds to wait for the nodes to be ready.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; } = TimeoutDefault;

    /// <summary>Do not wait for the nodes to be ready.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Emit the nodes.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

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
            var program = NodeProgram.Find(this, NodePath);
            WriteVerbose($"The program is {program}.");
            var started = nodes.Select(node => Launch(node, program)).OfType<StartedNode>().ToList();
            Remember(started);
            if (!NoWait)
            {
                WaitUntilReady(started);
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

    /// <summary>Starts one process; null if there is nothing to wait for.</summary>
    private StartedNode? Launch(KvNode node, string program)
    {
        if (node.State == KvNodeState.Running)
        {
            WriteVerbose(FormattableString.Invariant($"{node.Name} runs already, as process {node.Pid}."));
            return null;
        }

        if (!ShouldProcess(node.Name, "Start"))
        {
            return null;
        }

        try
        {
            var log = new NodeLog(node.LogPath);
            var record = NodeProcess.Start(program, node.Arguments.Concat(ArgumentList ?? []), node.LogPath, node.ClusterPath);
            record.Write(LocalCluster.RecordPath(node));
            WriteVerbose(FormattableString.Invariant($"{node.Name} started as process {record.Pid}, log {node.LogPath}."));
            return new StartedNode(node, record, log);
        }
        catch (KvException failure)
        {
            Report(failure, node);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(
                new KvNodeException(KvErrorId.NodeStartFailed, ErrorCategory.OpenError, exception.Message, exception), node);
        }

        return null;
    }

    private static void Remember(List<StartedNode> started)
    {
        if (started.Count > 0)
        {
            var cluster = LocalCluster.Open(started[started.Count - 1].Node.ClusterPath);
            Session.RememberFolder(cluster.Folder);
            Session.RememberStarted(cluster.ClientUrls);
        }
    }

    private void WaitUntilReady(List<StartedNode> started)
    {
        var elapsed = Stopwatch.StartNew();
        var waiting = started;
        while (waiting.Count > 0)
        {
            waiting = [.. waiting.Where(node => !IsSettled(node, elapsed.Elapsed))];
            if (waiting.Count > 0)
            {
                Pause(PollInterval);
            }
        }
    }

    /// <summary>True when the node is ready, or has failed and this was said.</summary>
    private bool IsSettled(StartedNode started, TimeSpan elapsed)
    {
        // Asked before the log is read: what a process wrote before it ended is then in the log.
        var isAlive = NodeProcess.IsAlive(started.Record);
        started.Log.Read();
        if (started.Log.IsReady && isAlive)
        {
            WriteVerbose(FormattableString.Invariant(
                $"{started.Node.Name} is ready after {elapsed.TotalMilliseconds:0} ms."));
            return true;
        }

        if (!isAlive)
        {
            Fail(started, KvErrorId.NodeExited, ErrorCategory.InvalidResult, "ended before it was ready");
            return true;
        }

        if (elapsed.TotalSeconds >= TimeoutSec)
        {
            Fail(started, KvErrorId.NodeNotReady, ErrorCategory.OperationTimeout, FormattableString.Invariant(
                $"runs but was not ready within {TimeoutSec} s"));
            return true;
        }

        return false;
    }

    private void Fail(StartedNode started, string errorId, ErrorCategory category, string what)
    {
        var tail = started.Log.Tail;
        var message = $"The node {started.Node.Name} {what}. Its log ({started.Node.LogPath}) ends with:"
            + Environment.NewLine + (tail.Length > 0 ? tail : "(nothing)");
        Report(new KvNodeException(errorId, category, message) { LogTail = tail }, started.Node);
    }

    private sealed class StartedNode(KvNode node, NodeRecord record, NodeLog log)
    {
        public KvNode Node { get; } = node;

        public NodeRecord Record { get; } = record;

        public NodeLog Log { get; } = log;
    }
}
