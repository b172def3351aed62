// Disable-KvAuthentication: from then on anybody may do anything.

using System.Management.Automation;
using Kv.PowerShell.Client;

namespace Kv.PowerShell.Commands;

/// <summary>Makes the cluster serve anybody.</summary>
[Cmdlet(VerbsLifecycle.Disable, "KvAuthentication", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class DisableKvAuthenticationCommand : KvClusterCommandBase
{
    private protected override void Act()
    {
        if (ShouldProcess(Used.ToString(), "Disable authentication"))
        {
            Send(static (client, call) => client.AuthEnableAsync(false, call));
        }
    }
}
