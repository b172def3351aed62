// Install-KvService: a node that starts with the machine.

using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Installs kvnode as a service of this machine.</summary>
[Cmdlet(VerbsLifecycle.Install, "KvService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(KvService))]
public sealed class InstallKvServiceCommand : ServiceCommandBase
{
    /// <summary>A YAML file of settings to install, in place of the one that is there. Without it, and if there
    /// is none, the node is reached from this machine only.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    /// <summary>Do not start it.</summary>
    [Parameter]
    public SwitchParameter NoStart { get; set; }

    /// <summary>Emit the service.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            var options = new List<KeyValuePair<string, string?>> { new("From", Path.GetDirectoryName(Program)) };
            if (ConfigurationPath is not null)
            {
                options.Add(new("Config", FullPath(ConfigurationPath)));
            }

            if (NoStart)
            {
                options.Add(new("NoStart", null));
            }

            if (ShouldProcess(Service.Name, Root is null ? "Install the service" : $"Lay the service out below {Root}"))
            {
                RunScript(options);
                if (PassThru)
                {
                    WriteObject(Service);
                }
            }
        }
        catch (KvException failure)
        {
            Report(failure, Service.Name);
        }
    }
}
