// Wait-KvCluster: comes back when a cluster is healthy.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Session;

namespace Kv.PowerShell.Commands;

/// <summary>Waits until a cluster is healthy.</summary>
[Cmdlet(VerbsLifecycle.Wait, "KvCluster")]
[OutputType(typeof(KvClusterStatus))]
public sealed class WaitKvClusterCommand : KvCommandBase
{
    private const int TimeoutDefault = 60;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(5);

    private readonly List<KvNode> _nodes = [];

    /// <summary>Nodes of the cluster. Without them and -Connection: in a pipeline, the local cluster started
    /// last in this session; else the default connection.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public KvNode[] InputObject { get; set; } = [];

    /// <summary>A connection to the cluster.</summary>
    [Parameter]
    [ValidateNotNull]
    public KvConnection? Connection { get; set; }

    /// <summary>Seconds to wait.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; } = TimeoutDefault;

    /// <inheritdoc/>
    protected override void ProcessRecord() => _nodes.AddRange(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var connection = Connection ?? (_nodes.Count > 0 || MyInvocation.ExpectingInput ? null : Session.Default);
        var local = _nodes.Count > 0
            ? new LocalAccess([.. _nodes.Select(static n => n.ClientUrl)], _nodes[0].CACertificateFile)
            : Session.LastStarted;
        if (connection is null && local is null)
        {
            End(
                new KvConnectionException(
                    KvErrorId.NotConnected, ErrorCategory.ConnectionError, "It is not known which cluster to wait for.")
                {
                    EndsCommand = true,
                    RecommendedAction = "Pipe nodes, start a cluster, or connect to one.",
                },
                null);
        }

        using var own = connection is null
            ? new KvConnection(new KvClient(KvClientOptions.For(local!)), 0, null)
            : null;
        Await(connection ?? own!);
    }

    private void Await(KvConnection connection)
    {
        var elapsed = Stopwatch.StartNew();
        var last = "no member answered";
        while (elapsed.Elapsed.TotalSeconds < TimeoutSec)
        {
            try
            {
                var call = new KvCall(AskLimit, Stop);
                var status = Wait(GetKvClusterStatusCommand.ReadAsync(connection, connection.Client, call));
                if (status.Health == KvHealth.Healthy)
                {
                    WriteObject(status);
                    return;
                }

                last = FormattableString.Invariant($"it is {status.Health}, with {status.Online} of {status.Member.Length} members");
            }
            catch (KvException failure) when (failure is KvConnectionException or KvTimeoutException)
            {
                last = failure.Message;
            }

            Pause(PollInterval);
        }

        Report(
            new KvTimeoutException(FormattableString.Invariant($"The cluster did not become healthy within {TimeoutSec} s: {last}.")),
            connection.Endpoint);
    }
}
