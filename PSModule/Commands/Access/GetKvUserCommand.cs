// Get-KvUser: users, with their roles.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Gets users.</summary>
[Cmdlet(VerbsCommon.Get, "KvUser")]
[OutputType(typeof(KvUser))]
public sealed class GetKvUserCommand : KvConnectedCommandBase
{
    /// <summary>Names of users, with wildcards; without it all there are.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvUserCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(Name, pattern => ForEach(NamePatterns.Expand(pattern, All), Read));

    private string[] All() =>
        Send(static (client, call) => client.AuthReadAsync("user/list", EmptyRequest.Instance, call)).Users;

    private void Read(string name)
    {
        var request = new UserRequest { Name = name };
        var answer = Send((client, call) => client.AuthReadAsync("user/get", request, call));
        WriteObject(new KvUser(name, answer.Roles));
    }
}
