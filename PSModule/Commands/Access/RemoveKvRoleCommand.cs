// Remove-KvRole: removes roles, also from the users that have them.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Completion;

namespace Kv.PowerShell.Commands;

/// <summary>Removes roles.</summary>
[Cmdlet(VerbsCommon.Remove, "KvRole", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveKvRoleCommand : KvConnectedCommandBase
{
    /// <summary>Names of roles; no wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvRoleCompleter))]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(Name, name =>
    {
        if (ShouldProcess($"role '{name}'", "Remove"))
        {
            Send((client, call) => client.AuthChangeAsync("role/delete", new RoleRequest { Role = name }, call));
        }
    });
}
