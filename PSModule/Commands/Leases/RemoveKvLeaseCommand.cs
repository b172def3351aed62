// Remove-KvLease: ends leases at once, and with them the keys attached to them.

using System.Management.Automation;
using Kv.PowerShell.Client;

namespace Kv.PowerShell.Commands;

/// <summary>Ends leases.</summary>
[Cmdlet(VerbsCommon.Remove, "KvLease", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class RemoveKvLeaseCommand : LeaseSelectionCommandBase
{
    private protected override void Change(long id)
    {
        if (ShouldProcess(Target(id), "Remove with the keys attached to it"))
        {
            Send((client, call) => client.LeaseRevokeAsync(id, call));
        }
    }
}
