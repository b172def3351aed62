// The real PowerShell engine in this process, with the module imported as a user would import it. Only
// the engine's core cmdlets exist here, so scripts count with .Count and select by index.

using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace PSModule.Tests.Hosting;

internal sealed class Shell : IDisposable
{
    private readonly Runspace _runspace;

    public Shell(Action<InitialSessionState>? adjust = null)
    {
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule([TestPaths.Manifest]);
        adjust?.Invoke(state);
        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
        }

        _runspace = RunspaceFactory.CreateRunspace(Host, state);
        _runspace.Open();
    }

    public TestHost Host { get; } = new();

    public Runspace Runspace => _runspace;

    /// <summary>Runs a script; $a, $b... are set from the arguments. A terminating error is in Errors.</summary>
    public ShellResult Run(string script, params object?[] arguments)
    {
        using var shell = Create(script, arguments);
        IReadOnlyList<PSObject> output;
        var errors = new List<ErrorRecord>();
        try
        {
            output = [.. shell.Invoke()];
        }
        catch (RuntimeException exception)
        {
            output = [];
            errors.Add(exception.ErrorRecord);
        }

        errors.InsertRange(0, shell.Streams.Error);
        return new ShellResult(
            output,
            errors,
            [.. shell.Streams.Warning.Select(static w => w.Message)],
            [.. shell.Streams.Verbose.Select(static v => v.Message)]);
    }

    /// <summary>A script ready to be started in the background.</summary>
    public PowerShell Create(string script, params object?[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            _runspace.SessionStateProxy.SetVariable(((char)('a' + i)).ToString(), arguments[i]);
        }

        var shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        return shell;
    }

    public void Dispose() => _runspace.Dispose();
}
