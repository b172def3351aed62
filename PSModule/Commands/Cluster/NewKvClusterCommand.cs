// New-KvCluster: describes a cluster in a folder, of nodes on this machine or of one node on each of
// several hosts. It starts nothing; Start-KvNode or the scripts written do.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Describes a new cluster.</summary>
[Cmdlet(VerbsCommon.New, "KvCluster", SupportsShouldProcess = true, DefaultParameterSetName = Local)]
[OutputType(typeof(KvNode), ParameterSetName = [Local])]
[OutputType(typeof(KvNodePlan), ParameterSetName = [Hosts])]
public sealed class NewKvClusterCommand : NodeProgramCommandBase
{
    private const string Local = "Local";
    private const string Hosts = "Hosts";
    private const int NodesDefault = 3;

    private readonly List<string> _hosts = [];

    /// <summary>Number of nodes on this machine.</summary>
    [Parameter(ParameterSetName = Local, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 9)]
    public int Count { get; set; } = NodesDefault;

    /// <summary>The hosts, one node on each.</summary>
    [Parameter(ParameterSetName = Hosts, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[]? HostName { get; set; }

    /// <summary>The name of the cluster; without it a free one is chosen.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidatePattern("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    public string? Name { get; set; }

    /// <summary>The folder for the cluster; without it, one of that name where local clusters are kept.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The URL of a discovery token, such as New-KvDiscoveryToken returns: the nodes find each other under
    /// it, and those of other places too.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Url")]
    [ValidateNotNullOrEmpty]
    public string? Discovery { get; set; }

    /// <summary>Both ports speak TLS, with certificates of an authority of the cluster's own.</summary>
    [Parameter(ParameterSetName = Local)]
    public SwitchParameter Tls { get; set; }

    /// <summary>The port for clients on every host.</summary>
    [Parameter(ParameterSetName = Hosts)]
    [ValidateRange(1, 65535)]
    public int ClientPort { get; set; } = 2379;

    /// <summary>The port for the other nodes on every host.</summary>
    [Parameter(ParameterSetName = Hosts)]
    [ValidateRange(1, 65535)]
    public int PeerPort { get; set; } = 2380;

    /// <summary>The data directory on every host.</summary>
    [Parameter(ParameterSetName = Hosts)]
    [ValidateNotNullOrEmpty]
    public string? DataDirectory { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == Hosts)
        {
            // Piped hosts are one cluster.
            _hosts.AddRange(HostName!);
        }
        else
        {
            Create(Count, (folder, name) => CreateLocal(folder, name));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var hosts = _hosts.Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (hosts.Count > 0)
        {
            Create(hosts.Count, (folder, name) =>
                WriteObject(new HostPlan(folder, name, ClientPort, PeerPort, DataDirectory, Discovery).Write(hosts), true));
        }
    }

    private void CreateLocal(string folder, string name)
    {
        Directory.CreateDirectory(folder);
        if (Tls)
        {
            Wait(new LocalCertificates(folder).MakeAsync(Program, name, Stop));
        }

        var cluster = LocalCluster.Create(folder, name, Count, Discovery, Tls);
        Session.RememberFolder(folder);
        WriteObject(cluster.Nodes(), true);
    }

    private void Create(int count, Action<string, string> create)
    {
        try
        {
            var name = Name ?? (Path is null ? ClusterStore.NewName() : "local");
            var folder = Path is null
                ? System.IO.Path.Combine(ClusterStore.Home(), name)
                : FullPath(Path);
            Check(folder, count);
            if (ShouldProcess(folder, FormattableString.Invariant($"Create cluster '{name}' of {count} nodes")))
            {
                create(folder, name);
            }
        }
        catch (KvException failure)
        {
            Report(failure, Name ?? Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(
                new KvNodeException(KvErrorId.ClusterFileFailed, ErrorCategory.WriteError, exception.Message, exception),
                Name ?? Path);
        }
    }

    private void Check(string folder, int count)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new KvNodeException(KvErrorId.ClusterExists, ErrorCategory.ResourceExists, $"The folder '{folder}' is not empty.")
            {
                RecommendedAction = "Choose another -Name or -Path, or start the nodes that are there (Get-KvNode).",
            };
        }

        if (count % 2 == 0)
        {
            WriteWarning(FormattableString.Invariant(
                $"A cluster of {count} survives no more failures than one of {count - 1}; odd numbers are better."));
        }
    }
}
