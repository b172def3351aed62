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
public sealed class EnterKvElectionCommand : KvConnectedCommandBase
{
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    /// <summary>The name of the election.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>What this candidate says of itself, for example where it is reached.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string Value { get; set; } = Environment.MachineName;

    /// <summary>How long leadership outlives a session that is gone: a time, or a number of seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateTimeToLive]
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess($"election '{Name}'", "Stand for it"))
        {
            return;
        }

        LeaseKeeper? keeper = null;
        var isElected = false;
        try
        {
            keeper = Send((client, call) => OwnedLease.GrantAsync(client, TimeToLive, call));
            var leaseId = keeper.LeaseId;
            var answer = Send(
                (client, call) => client.CampaignAsync(Name, KvText.Encode(Value), leaseId, call), GivenTimeout ?? Patience);
            isElected = true;
            WriteObject(new KvCandidacy(Name, Value, answer.Leader, keeper));
        }
        catch (KvTimeoutException failure)
        {
            Report(new KvTimeoutException($"The election '{Name}' was not won in time.", failure) { Code = failure.Code }, Name);
        }
        catch (KvException failure)
        {
            Report(failure, Name);
        }
        finally
        {
            if (!isElected && keeper is not null)
            {
                keeper.Dispose();
                OwnedLease.End(Used.Client, keeper.LeaseId, Stop);
            }
        }
    }
}
