// Add-KvClusterNode: one more node for a local cluster that runs. The cluster is told of it, so that
// Start-KvNode can start it as a member.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Adds a node to a local cluster.</summary>
[Cmdlet(VerbsCommon.Add, "KvClusterNode", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(KvNode))]
public sealed class AddKvClusterNodeCommand : LocalClusterCommandBase
{
    private const int TimeoutDefault = 30;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>It gets the log and has no vote until it is promoted.</summary>
    [Parameter]
    public SwitchParameter Learner { get; set; }

    /// <summary>The connection to add the member through; without it the default one, if it is to this
    /// cluster, else one made for it.</summary>
    [Parameter]
    [ValidateNotNull]
    public KvConnection? Connection { get; set; }

    /// <summary>Seconds to wait for the cluster to take a new member: it takes none until all of its
    /// members have been connected for some seconds.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; } = TimeoutDefault;

    private protected override void Act(LocalCluster cluster) => Try(cluster, () => AddNode(cluster));

    private void AddNode(LocalCluster cluster)
    {
        if (!ShouldProcess(cluster.Name, Learner ? "Add a learner" : "Add a node"))
        {
            return;
        }

        var access = cluster.Access;
        var connection = Connection
            ?? (Session.Default is { } known && known.Endpoint.Intersect(access.ClientUrls).Any() ? known : null);
        using var own = connection is null ? new KvClient(KvClientOptions.For(access)) : null;
        var client = connection?.Client ?? own!;
        var names = cluster.Nodes().ToDictionary(static n => n.PeerUrl, static n => n.Name);
        var members = Wait(client.MemberListAsync(new KvCall(client.Options.OperationTimeout, Stop))).Members
            .SelectMany(m => (m.PeerUrls ?? []).Select(url => $"{NameOf(m, url, names)}={url}"));

        // First the file: a node that is in no cluster harms none, a member without node would.
        var node = cluster.AddJoining(members);
        try
        {
            Announce(client, new MemberAddRequest { PeerUrls = [node.PeerUrl], IsLearner = Learner });
        }
        catch
        {
            cluster.Forget(node);
            throw;
        }

        Session.RememberFolder(cluster.Folder);
        WriteObject(node);
    }

    private void Announce(KvClient client, MemberAddRequest request)
    {
        var elapsed = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                Wait(client.MemberAddAsync(request, new KvCall(client.Options.OperationTimeout, Stop)));
                return;
            }
            catch (KvRequestException failure)
                when (failure.Code == KvStatusCode.Unavailable && elapsed.Elapsed.TotalSeconds < TimeoutSec)
            {
                WriteVerbose("Not all members have been connected long enough; waiting.");
                Pause(PollInterval);
            }
        }
    }

    /// <summary>A member that never started has told no name yet; the cluster file knows it.</summary>
    private static string NameOf(Member member, string url, Dictionary<string, string> names) =>
        member.Name is { Length: > 0 } name ? name
        : names.TryGetValue(url, out var filed) ? filed
        : FormattableString.Invariant($"member-{member.Id:x}");
}
