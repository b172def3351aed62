// Starts processes of nodes, then waits for all of them. A node of a new cluster is ready only when most
// of the others run too, so waiting for each in turn would never end.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Session;

namespace Kv.PowerShell.Commands;

internal sealed class NodeStarter(KvCommandBase command, string program, IReadOnlyList<string> extraArguments, int timeoutSeconds)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Starts the nodes that do not run; gives those to wait for. Failures are reported.</summary>
    public List<StartedNode> Start(IEnumerable<KvNode> nodes)
    {
        var started = nodes.Select(Launch).OfType<StartedNode>().ToList();
        if (started.Count > 0 && KvSession.Current is { } session)
        {
            var cluster = LocalCluster.Open(started[started.Count - 1].Node.ClusterPath);
            session.RememberFolder(cluster.Folder);
            session.RememberStarted(cluster.Access);
        }

        return started;
    }

    /// <summary>Waits until each is ready, or has failed and this was reported. False if any failed.</summary>
    public bool WaitUntilReady(List<StartedNode> started)
    {
        using var progress = new ProgressBar(command, "Starting nodes", started.Count);
        var elapsed = Stopwatch.StartNew();
        var waiting = started;
        while (waiting.Count > 0)
        {
            var left = waiting.Where(node => !IsSettled(node, elapsed.Elapsed)).ToList();
            progress.Add(waiting.Count - left.Count);
            waiting = left;
            if (waiting.Count > 0)
            {
                command.Pause(PollInterval);
            }
        }

        return started.TrueForAll(static n => n.IsReady);
    }

    /// <summary>Starts one process; null if there is nothing to wait for.</summary>
    private StartedNode? Launch(KvNode node)
    {
        if (node.State == KvNodeState.Running)
        {
            command.WriteVerbose(FormattableString.Invariant($"{node.Name} runs already, as process {node.Pid}."));
            return null;
        }

        try
        {
            var log = new NodeLog(node.LogPath);
            var record = NodeProcess.Start(program, node.Arguments.Concat(extraArguments), node.LogPath, node.ClusterPath);
            record.Write(LocalCluster.RecordPath(node));
            command.WriteVerbose(FormattableString.Invariant($"{node.Name} started as process {record.Pid}, log {node.LogPath}."));
            return new StartedNode(node, record, log);
        }
        catch (KvException failure)
        {
            command.Report(failure, node);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            command.Report(
                new KvNodeException(KvErrorId.NodeStartFailed, ErrorCategory.OpenError, exception.Message, exception), node);
        }

        return null;
    }

    /// <summary>True when the node is ready, or has failed and this was said.</summary>
    private bool IsSettled(StartedNode started, TimeSpan elapsed)
    {
        // Asked before the log is read: what a process wrote before it ended is then in the log.
        var isAlive = NodeProcess.IsAlive(started.Record);
        started.Log.Read();
        if (started.Log.IsReady && isAlive)
        {
            started.IsReady = true;
            command.WriteVerbose(FormattableString.Invariant(
                $"{started.Node.Name} is ready after {elapsed.TotalMilliseconds:0} ms."));
            return true;
        }

        if (!isAlive)
        {
            Fail(started, KvErrorId.NodeExited, ErrorCategory.InvalidResult, "ended before it was ready");
            return true;
        }

        if (elapsed.TotalSeconds >= timeoutSeconds)
        {
            Fail(started, KvErrorId.NodeNotReady, ErrorCategory.OperationTimeout, FormattableString.Invariant(
                $"runs but was not ready within {timeoutSeconds} s"));
            return true;
        }

        return false;
    }

    private void Fail(StartedNode started, string errorId, ErrorCategory category, string what)
    {
        var tail = started.Log.Tail;
        var message = $"The node {started.Node.Name} {what}. Its log ({started.Node.LogPath}) ends with:"
            + Environment.NewLine + (tail.Length > 0 ? tail : "(nothing)");
        command.Report(new KvNodeException(errorId, category, message) { LogTail = tail }, started.Node);
    }

    internal sealed class StartedNode(KvNode node, NodeRecord record, NodeLog log)
    {
        public KvNode Node { get; } = node;

        public NodeRecord Record { get; } = record;

        public NodeLog Log { get; } = log;

        public bool IsReady { get; set; }
    }
}
