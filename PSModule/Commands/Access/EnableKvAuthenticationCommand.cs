// Enable-KvAuthentication: from then on callers must log in.

using System.Management.Automation;
using Kv.PowerShell.Client;

namespace Kv.PowerShell.Commands;

/// <summary>Makes the cluster ask who its callers are.</summary>
[Cmdlet(VerbsLifecycle.Enable, "KvAuthentication", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class EnableKvAuthenticationCommand : KvClusterCommandBase
{
    private protected override void Act()
    {
        if (ShouldProcess(Used.ToString(), "Enable authentication"))
        {
            Send(static (client, call) => client.AuthEnableAsync(true, call));
        }
    }
}
