// Grant-KvPermission: lets roles do something with keys.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Adds permissions to roles.</summary>
[Cmdlet(VerbsSecurity.Grant, "KvPermission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = "Key")]
[OutputType(typeof(void))]
public sealed class GrantKvPermissionCommand : PermissionCommandBase
{
    /// <summary>What is allowed.</summary>
    [Parameter(Mandatory = true, Position = 2)]
    public KvAccess Access { get; set; }

    private protected override void Change(string role, KeyRange keys)
    {
        if (!ShouldProcess($"role '{role}'", $"Grant {Access} on {keys.Description}"))
        {
            return;
        }

        var permission = new Permission
        {
            Type = Access.ToString().ToUpperInvariant(),
            Key = keys.Start,
            RangeEnd = keys.End,
        };
        Send((client, call) => client.AuthChangeAsync("role/grant", new RoleNameRequest { Name = role, Permission = permission }, call));
    }
}
