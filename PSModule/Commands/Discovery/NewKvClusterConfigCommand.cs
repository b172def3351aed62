// New-KvClusterConfig: what machines need to become a cluster by themselves. The files are those of
// scripts/new-cluster-config.sh.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Commands;

/// <summary>Writes #cloud-config user-data for each machine, and a systemd unit for all.</summary>
[Cmdlet(VerbsCommon.New, "KvClusterConfig", SupportsShouldProcess = true, DefaultParameterSetName = ByToken)]
[OutputType(typeof(FileInfo))]
public sealed class NewKvClusterConfigCommand : RegistryCommandBase
{
    private const string ByToken = "Discovery";
    private const string ByRegistry = "Registry";

    private readonly List<string> _names = [];

    /// <summary>Names of the machines.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("HostName")]
    [ValidatePattern("^[A-Za-z0-9._-]+$")]
    public string[]? Name { get; set; }

    /// <summary>The URL of the token under which they find each other.</summary>
    [Parameter(ParameterSetName = ByToken, Mandatory = true)]
    [Alias("Url")]
    [ValidateNotNullOrEmpty]
    public string? Discovery { get; set; }

    /// <summary>host:port or the URL of a node to get a token from.</summary>
    [Parameter(ParameterSetName = ByRegistry, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? Registry { get; set; }

    /// <summary>The folder for the files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = ".";

    /// <inheritdoc/>
    protected override void ProcessRecord() => _names.AddRange(Name!);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var names = _names.Distinct(StringComparer.Ordinal).ToArray();
        var folder = FullPath(Path);
        if (names.Length == 0
            || !ShouldProcess(folder, FormattableString.Invariant($"Write the configuration of {names.Length} machines")))
        {
            return;
        }

        try
        {
            var discovery = Discovery ?? NewToken(KvEndpoint.Parse(Registry!).Uri, names.Length).Url;
            WriteObject(CloudConfigFiles.Write(folder, names, discovery).Select(static path => new FileInfo(path)), true);
        }
        catch (KvException failure)
        {
            End(failure, Registry ?? Discovery);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            End(
                new KvNodeException(KvErrorId.ClusterFileFailed, ErrorCategory.WriteError, exception.Message, exception),
                folder);
        }
    }
}
