// New-KvDiscoveryToken: a place where the members of a new cluster will find each other.

using System;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Gets a discovery token from a node.</summary>
[Cmdlet(VerbsCommon.New, "KvDiscoveryToken", SupportsShouldProcess = true)]
[OutputType(typeof(KvDiscoveryToken))]
public sealed class NewKvDiscoveryTokenCommand : RegistryCommandBase
{
    private const int SizeDefault = 3;

    /// <summary>How many members the cluster will have.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Count")]
    [ValidateRange(1, 1000)]
    public int Size { get; set; } = SizeDefault;

    /// <summary>host:port or the URL of the node that keeps the token. Without it: where the default connection
    /// leads, else http://127.0.0.1:2379.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("ClientUrl", "Endpoint")]
    [ValidateNotNullOrEmpty]
    public string? Registry { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            var registry = Registry is null ? DefaultRegistry : KvEndpoint.Parse(Registry).Uri;
            if (ShouldProcess(registry.AbsoluteUri, FormattableString.Invariant($"Make a token for {Size} members")))
            {
                WriteObject(NewToken(registry, Size));
            }
        }
        catch (KvException failure)
        {
            Report(failure, Registry);
        }
    }
}
