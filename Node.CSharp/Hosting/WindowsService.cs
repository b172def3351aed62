// A node as a Windows service: the service control manager starts and stops it, where elsewhere signals do.
using System.Runtime.Versioning;
using System.ServiceProcess;
using Kv.Node.Options;
using Microsoft.Extensions.Hosting.WindowsServices;

namespace Kv.Node.Hosting;

/// <summary>The service.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsService : ServiceBase
{
    private readonly LoadedOptions _loaded;
    private readonly StopSignals _stop = new();
    private Task<int> _running = Task.FromResult(0);

    private WindowsService(LoadedOptions loaded)
    {
        _loaded = loaded;
        // A machine that shuts down stops it as an operator does: it hands leadership over first.
        CanShutdown = true;
    }

    /// <summary>This process was started by the service control manager.</summary>
    public static bool IsThis => WindowsServiceHelpers.IsWindowsService();

    /// <summary>Runs until the service is stopped, or the node ends by itself.</summary>
    /// <returns>The node's exit code.</returns>
    public static int Run(LoadedOptions loaded)
    {
        using var service = new WindowsService(loaded);
        Run(service);
        return service.ExitCode;
    }

    protected override void OnStart(string[] args)
    {
        _running = Task.Run(() => NodeHost.RunAsync(_loaded, _stop));
        _ = StopWithNodeAsync();
    }

    protected override void OnStop()
    {
        _stop.Request();
        ExitCode = _running.GetAwaiter().GetResult();
    }

    protected override void OnShutdown() => OnStop();

    protected override void Dispose(bool disposing)
    {
        _stop.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>A node that ends by itself ends its service; with another code than 0 that is a failure, which the
    /// service's recovery settings act on.</summary>
    private async Task StopWithNodeAsync()
    {
        ExitCode = await _running;
        if (ExitCode != 0)
        {
            Environment.Exit(ExitCode);
        }

        Stop();
    }
}
