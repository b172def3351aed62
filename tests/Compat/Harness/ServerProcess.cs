// One server process of a test: kvnode, or etcd as the reference. It is known by its pid, started on
// loopback, and never outlives the test.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Compat.Harness;

/// <summary>A running server.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const int SigKill = 9;
    private const int SigStop = 19;
    private const int SigContinue = 18;
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, e) => OnLine(e.Data);
        _process.OutputDataReceived += (_, e) => OnLine(e.Data);
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>Everything it has printed.</summary>
    public string Log => string.Join('\n', _log);

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program; does not wait for it.</summary>
    public static ServerProcess Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        new(program, arguments, environment);

    /// <summary>Waits for the ready line (design contract; etcd prints the same words).</summary>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time.</exception>
    public async Task WhenReadyAsync(TimeSpan? patience = null)
    {
        var exit = _process.WaitForExitAsync();
        var first = await Task.WhenAny(_ready.Task, exit, Task.Delay(patience ?? TimeSpan.FromSeconds(30)));
        if (first != _ready.Task)
        {
            throw new InvalidOperationException($"the server is not ready:\n{Log}");
        }
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public async Task<int> WhenExitedAsync(TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>The end without a goodbye.</summary>
    public void Kill()
    {
        _ = kill(_process.Id, SigKill);
        _process.WaitForExit();
    }

    /// <summary>Asks for an orderly stop.</summary>
    public void Terminate() => _ = kill(_process.Id, SigTerm);

    public void Pause() => _ = kill(_process.Id, SigStop);

    public void Resume() => _ = kill(_process.Id, SigContinue);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private void OnLine(string? line)
    {
        if (line is null)
        {
            return;
        }

        _log.Enqueue(line);
        if (line.Contains("ready to serve client requests", StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int kill(int pid, int signal);
}
