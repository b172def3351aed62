// New-KvRole: a role that permits nothing yet.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Adds roles.</summary>
[Cmdlet(VerbsCommon.New, "KvRole", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(KvRole))]
public sealed class NewKvRoleCommand : KvConnectedCommandBase
{
    /// <summary>Names of the roles.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(Name, name =>
    {
        if (ShouldProcess($"role '{name}'", "Add"))
        {
            Send((client, call) => client.AuthChangeAsync("role/add", new RoleNameRequest { Name = name }, call));
            WriteObject(new KvRole(name, []));
        }
    });
}
