// Remove-KvUser: removes users.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Completion;

namespace Kv.PowerShell.Commands;

/// <summary>Removes users.</summary>
[Cmdlet(VerbsCommon.Remove, "KvUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveKvUserCommand : KvConnectedCommandBase
{
    /// <summary>Names of users; no wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvUserCompleter))]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(Name, name =>
    {
        if (ShouldProcess($"user '{name}'", "Remove"))
        {
            Send((client, call) => client.AuthChangeAsync("user/delete", new UserRequest { Name = name }, call));
        }
    });
}
