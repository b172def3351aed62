// Get-KvAuthentication: whether callers must log in.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Gets the state of authentication.</summary>
[Cmdlet(VerbsCommon.Get, "KvAuthentication")]
[OutputType(typeof(KvAuthentication))]
public sealed class GetKvAuthenticationCommand : KvClusterCommandBase
{
    private protected override void Act() =>
        WriteObject(new KvAuthentication(Send(static (client, call) => client.AuthStatusAsync(call))));
}
