// Enter-KvElection: stands for election and comes back when elected.

using System;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Stands for election.</summary>
[Cmdlet(VerbsCommon.Enter, "KvElection", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(KvCandidacy))]
public sealed class EnterKvElectionCommand : QueueCommandBase
{
    /// <summary>The name of the election.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>What this candidate says of itself, for example where it is reached.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string Value { get; set; } = Environment.MachineName;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess($"election '{Name}'", "Stand for it"))
        {
            return;
        }

        try
        {
            var (answer, keeper) = AwaitTurn(
                (client, lease, call) => client.CampaignAsync(Name, KvText.Encode(Value), lease, call),
                $"The election '{Name}' was not won in time.");
            WriteObject(new KvCandidacy(Name, Value, answer.Leader, keeper));
        }
        catch (KvException failure)
        {
            Report(failure, Name);
        }
    }
}
