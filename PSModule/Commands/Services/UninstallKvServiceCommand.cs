// Uninstall-KvService: the service goes, settings and data stay.

using System.Management.Automation;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Removes the service from this machine.</summary>
[Cmdlet(VerbsLifecycle.Uninstall, "KvService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class UninstallKvServiceCommand : ServiceCommandBase
{
    /// <summary>What Install-KvService emitted; its name is taken.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public KvService? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Name = InputObject?.Name ?? Name;
        try
        {
            if (ShouldProcess(Service.Name, "Uninstall the service; settings and data stay"))
            {
                RunScript([new("Uninstall", null)]);
            }
        }
        catch (KvException failure)
        {
            Report(failure, Service.Name);
        }
    }
}
