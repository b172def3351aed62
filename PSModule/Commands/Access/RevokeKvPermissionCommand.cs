// Revoke-KvPermission: takes from roles what they were granted for exactly these keys.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Commands;

/// <summary>Takes permissions from roles.</summary>
[Cmdlet(VerbsSecurity.Revoke, "KvPermission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = "Key")]
[OutputType(typeof(void))]
public sealed class RevokeKvPermissionCommand : PermissionCommandBase
{
    private protected override void Change(string role, KeyRange keys)
    {
        if (ShouldProcess($"role '{role}'", $"Revoke the permission on {keys.Description}"))
        {
            var request = new RoleRequest { Role = role, Key = keys.Start, RangeEnd = keys.End };
            Send((client, call) => client.AuthChangeAsync("role/revoke", request, call));
        }
    }
}
