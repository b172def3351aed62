// Programs that end by themselves, kvnode with its commands above all: run, and their output read.

using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Cluster;

internal static class NodeTool
{
    /// <summary>Runs the program to its end; gives what it printed.</summary>
    /// <exception cref="KvNodeException">It could not be started, or failed: with this id and its own words.</exception>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, string errorId, CancellationToken stop)
    {
        using var process = Start(program, arguments);
        using var killing = stop.Register(() => Kill(process));
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync().ConfigureAwait(false);
        var text = await output.ConfigureAwait(false);
        process.WaitForExit();
        stop.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? text
            : throw new KvNodeException(errorId, ErrorCategory.InvalidData, Message(program, errors.Trim(), process.ExitCode));
    }

    private static Process Start(string program, IEnumerable<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, string.Join(" ", arguments.Select(ArgumentText.ForProcess)))
            {
                UseShellExecute = false,
                CreateNoWindow = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }) ?? throw new IOException("it did not start");
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            throw new KvNodeException(
                KvErrorId.NodeStartFailed, ErrorCategory.OpenError, $"'{program}' could not be started: {exception.Message}", exception);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended meanwhile.
        }
    }

    private static string Message(string program, string errors, int code) => errors.Length == 0
        ? FormattableString.Invariant($"{Path.GetFileName(program)} ended with code {code}.")
        : errors.StartsWith("kvnode: ", StringComparison.Ordinal) ? errors.Substring("kvnode: ".Length) : errors;
}
