// Revoke-KvRole: takes roles from users.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Commands;

/// <summary>Takes roles from users.</summary>
[Cmdlet(VerbsSecurity.Revoke, "KvRole", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class RevokeKvRoleCommand : RoleGrantCommandBase
{
    private protected override void Change(string user, string role)
    {
        if (ShouldProcess($"user '{user}'", $"Revoke role '{role}'"))
        {
            Send((client, call) => client.AuthChangeAsync("user/revoke", new UserRequest { Name = user, Role = role }, call));
        }
    }
}
