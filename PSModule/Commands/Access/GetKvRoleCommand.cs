// Get-KvRole: roles, with what they permit.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Gets roles.</summary>
[Cmdlet(VerbsCommon.Get, "KvRole")]
[OutputType(typeof(KvRole))]
public sealed class GetKvRoleCommand : KvConnectedCommandBase
{
    /// <summary>Names of roles, with wildcards; without it all there are.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvRoleCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(Name, pattern => ForEach(NamePatterns.Expand(pattern, All), Read));

    private string[] All() =>
        Send(static (client, call) => client.AuthReadAsync("role/list", EmptyRequest.Instance, call)).Roles;

    private void Read(string name)
    {
        var request = new RoleRequest { Role = name };
        var answer = Send((client, call) => client.AuthReadAsync("role/get", request, call));
        WriteObject(new KvRole(name, answer.Permissions));
    }
}
