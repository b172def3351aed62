// Grant-KvRole: gives users roles, and with them what the roles permit.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Commands;

/// <summary>Gives users roles.</summary>
[Cmdlet(VerbsSecurity.Grant, "KvRole", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class GrantKvRoleCommand : RoleGrantCommandBase
{
    private protected override void Change(string user, string role)
    {
        if (ShouldProcess($"user '{user}'", $"Grant role '{role}'"))
        {
            Send((client, call) => client.AuthChangeAsync("user/grant", new UserGrantRequest { User = user, Role = role }, call));
        }
    }
}
