// Get-KvElection: who leads now.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Gets who leads.</summary>
[Cmdlet(VerbsCommon.Get, "KvElection")]
[OutputType(typeof(KvLeader))]
public sealed class GetKvElectionCommand : KvConnectedCommandBase
{
    /// <summary>Names of elections.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(Name, name =>
    {
        try
        {
            if (Send((client, call) => client.LeaderAsync(name, call)).Kv is { } row)
            {
                WriteObject(new KvLeader(name, row));
            }
        }
        catch (KvException failure) when (failure.Message.Contains("no leader"))
        {
            throw new KvNotFoundException(KvErrorId.ElectionNotFound, $"Nobody leads '{name}'.") { Endpoint = failure.Endpoint };
        }
    });
}
