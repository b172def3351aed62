// Test-KvClusterHealth: one yes or no for scripts.

using System.Management.Automation;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Tells whether the cluster serves.</summary>
[Cmdlet(VerbsDiagnostic.Test, "KvClusterHealth")]
[OutputType(typeof(bool))]
public sealed class TestKvClusterHealthCommand : KvClusterCommandBase
{
    /// <summary>Yes only if no member is missing.</summary>
    [Parameter]
    public SwitchParameter RequireAllMember { get; set; }

    private protected override void Act()
    {
        try
        {
            var health = Send((client, call) => GetKvClusterStatusCommand.ReadAsync(Used, client, call)).Health;
            WriteObject(health == KvHealth.Healthy || (health == KvHealth.Degraded && !RequireAllMember));
        }
        catch (KvException failure) when (failure is KvConnectionException or KvTimeoutException)
        {
            WriteVerbose(failure.Message);
            WriteObject(false);
        }
    }
}
