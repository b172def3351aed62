// Update-KvLease: renews leases once. Use-KvLease renews one for as long as a script runs.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Renews leases.</summary>
[Cmdlet(VerbsData.Update, "KvLease", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(KvLease))]
public sealed class UpdateKvLeaseCommand : LeaseSelectionCommandBase
{
    /// <summary>Emit each lease as renewed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Change(long id)
    {
        if (!ShouldProcess(Target(id), "Renew"))
        {
            return;
        }

        var renewed = Send((client, call) => client.LeaseKeepAliveAsync(id, call));
        if (PassThru)
        {
            WriteObject(new KvLease(renewed));
        }
    }
}
