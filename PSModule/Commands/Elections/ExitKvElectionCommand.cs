// Exit-KvElection: resigns, so that the next candidate leads at once.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Resigns.</summary>
[Cmdlet(VerbsCommon.Exit, "KvElection", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(void))]
public sealed class ExitKvElectionCommand : KvConnectedCommandBase
{
    /// <summary>What Enter-KvElection gave.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public KvCandidacy[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(InputObject, candidacy =>
    {
        if (ShouldProcess($"election '{candidacy.Name}'", "Resign"))
        {
            Send((client, call) => client.ResignAsync(candidacy.Message, call));
            candidacy.Resign(WriteVerbose, Stop);
        }
    });
}
