// Cmdlets that make kvnode a service of this machine: systemd's or Windows'. The work is done by the same
// scripts that come with the archives, so that a service is the same however it was installed.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Runtime.InteropServices;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Shell = System.Management.Automation.PowerShell;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets for services.</summary>
public abstract class ServiceCommandBase : NodeProgramCommandBase
{
    private protected const string NameDefault = "kvnode";

    /// <summary>The name of the service on Windows; systemd's is kvnode.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = NameDefault;

    /// <summary>Lay the files out below this folder, for a package or an image, and leave the running system
    /// alone. For systemd.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    private protected KvService Service
    {
        get
        {
            if (NodeProcess.IsWindows)
            {
                var data = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), NameDefault);
                var program = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), NameDefault, "kvnode.exe");
                return new KvService(Name, program, Path.Combine(data, "kvnode.yaml"));
            }

            var root = ResolvedRoot ?? string.Empty;
            return new KvService(NameDefault + ".service", root + "/usr/local/bin/kvnode", root + "/etc/kvnode/kvnode.yaml");
        }
    }

    private string? ResolvedRoot => Root is null ? null : FullPath(Root);

    /// <summary>Runs the script of this system.</summary>
    /// <param name="options">Options by the names of the PowerShell script; null for a switch.</param>
    /// <exception cref="KvNodeException">It failed, or this system has neither kind of service.</exception>
    private protected void RunScript(IEnumerable<KeyValuePair<string, string?>> options)
    {
        var folder = Path.Combine(Path.GetDirectoryName(typeof(ServiceCommandBase).Assembly.Location)!, "service");
        if (NodeProcess.IsWindows)
        {
            if (Root is not null)
            {
                throw Failure("-Root is for systemd; Windows services cannot be laid out below a folder.", ErrorCategory.InvalidArgument, null);
            }

            RunOnWindows(Path.Combine(folder, "install-service.ps1"), options);
            return;
        }

        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
        {
            throw Failure("This system has neither systemd nor Windows services.", ErrorCategory.NotImplemented, null);
        }

        var words = options.Concat(ResolvedRoot is { } root ? [new("Root", root)] : []).SelectMany(static o =>
            new[] { "--" + (o.Key == "NoStart" ? "no-start" : o.Key.ToLowerInvariant()), o.Value }.OfType<string>());
        string[] arguments = [Path.Combine(folder, "install-service.sh"), .. words];
        WriteVerbose(Wait(NodeTool.RunAsync("bash", arguments, KvErrorId.ServiceFailed, Stop)).Trim());
    }

    private void RunOnWindows(string script, IEnumerable<KeyValuePair<string, string?>> options)
    {
        using var shell = Shell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(script).AddParameter("Name", Name).AddParameter("Confirm", false);
        foreach (var option in options)
        {
            _ = option.Value is null ? shell.AddParameter(option.Key) : shell.AddParameter(option.Key, option.Value);
        }

        try
        {
            foreach (var line in shell.Invoke())
            {
                WriteVerbose(line.ToString());
            }
        }
        catch (RuntimeException exception)
        {
            throw Failure(exception.Message, ErrorCategory.InvalidOperation, exception);
        }
    }

    private static KvNodeException Failure(string message, ErrorCategory category, Exception? inner) =>
        new(KvErrorId.ServiceFailed, category, message, inner);
}
