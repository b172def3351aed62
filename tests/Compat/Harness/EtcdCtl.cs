using System.Diagnostics;

namespace Compat.Harness;

/// <summary>What a command printed, and how it ended.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error);

/// <summary>Debian's etcdctl, against the given endpoints.</summary>
internal static class EtcdCtl
{
    /// <summary>Runs a command that must succeed; returns what it printed.</summary>
    public static async Task<string> RunAsync(string endpoints, params string[] arguments)
    {
        var result = await TryAsync(endpoints, arguments);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException(
                $"etcdctl {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Error}{result.Output}");
    }

    /// <summary>Runs a command however it ends.</summary>
    public static Task<CommandResult> TryAsync(string endpoints, params string[] arguments) =>
        TryWithInputAsync(endpoints, "", arguments);

    /// <summary>Runs a command with something on its standard input.</summary>
    public static async Task<CommandResult> TryWithInputAsync(string endpoints, string input, params string[] arguments)
    {
        using var process = Open(endpoints, arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(limit.Token);
        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>The next line a running command prints.</summary>
    public static async Task<string> LineAsync(Process process)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await process.StandardOutput.ReadLineAsync(limit.Token) ?? "(end)";
    }

    /// <summary>Starts a command that goes on until it is killed (watch, keep-alive).</summary>
    public static Process Open(string endpoints, params string[] arguments)
    {
        var start = new ProcessStartInfo(Tools.EtcdCtl)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ETCDCTL_API"] = "3";
        start.ArgumentList.Add($"--endpoints={endpoints}");
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("etcdctl did not start");
    }
}
