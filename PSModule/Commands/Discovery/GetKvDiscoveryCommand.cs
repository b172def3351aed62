// Get-KvDiscovery: who has registered under a token, and who is missing.

using System;
using System.Management.Automation;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Shows how far the members of a new cluster have found each other.</summary>
[Cmdlet(VerbsCommon.Get, "KvDiscovery")]
[OutputType(typeof(KvDiscovery))]
public sealed class GetKvDiscoveryCommand : RegistryCommandBase
{
    /// <summary>URLs of tokens.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Discovery")]
    [ValidateNotNullOrEmpty]
    public string[]? Url { get; set; }

    /// <summary>Names of the members that are expected; those that have not registered are named.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var text in Url!)
        {
            try
            {
                WriteObject(Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                    ? Ask(url, (registry, token) => registry.ReadAsync(url, Name, token))
                    : throw new KvConnectionException(
                        KvErrorId.EndpointInvalid, ErrorCategory.InvalidArgument,
                        $"'{text}' is not the URL of a token, such as New-KvDiscoveryToken returns."));
            }
            catch (KvException failure)
            {
                Report(failure, text);
            }
        }
    }
}
