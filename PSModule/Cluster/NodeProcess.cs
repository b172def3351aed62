// The process of a node: started so that it outlives this shell and its Ctrl-C, with its output in a
// file; recognised later by more than its number; stopped politely or at once.

using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Runtime.InteropServices;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Cluster;

internal static class NodeProcess
{
    // A new session where setsid exists, so that the terminal's signals do not reach the node; else it
    // still ignores interrupt and hang-up, as background commands of a shell do. Prints the pid.
    private const string UnixLauncher =
        "log=$1; shift; trap '' HUP; "
        + "if command -v setsid >/dev/null 2>&1; then setsid \"$@\" >>\"$log\" 2>&1 </dev/null & "
        + "else \"$@\" >>\"$log\" 2>&1 </dev/null & fi; echo $!";

    public static bool IsWindows { get; } = RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    /// <summary>Starts the program with its output appended to the log file.</summary>
    /// <exception cref="KvNodeException">The process could not be started.</exception>
    public static NodeRecord Start(string program, IEnumerable<string> arguments, string logPath, string folder)
    {
        try
        {
            var pid = IsWindows
                ? StartOnWindows(program, arguments, logPath, folder)
                : StartOnUnix(program, arguments, logPath, folder);
            return new NodeRecord { Pid = pid, Identity = Identity(pid) ?? string.Empty, StartedAt = DateTime.UtcNow };
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or FormatException)
        {
            throw new KvNodeException(
                KvErrorId.NodeStartFailed,
                ErrorCategory.OpenError,
                $"'{program}' could not be started: {exception.Message}",
                exception);
        }
    }

    public static bool IsAlive(NodeRecord record) =>
        Identity(record.Pid) is { } identity && string.Equals(identity, record.Identity, StringComparison.Ordinal);

    /// <summary>Asks the node to hand over and end. Windows has no such request: there it is ended.</summary>
    public static void RequestStop(NodeRecord record)
    {
        if (IsWindows)
        {
            Kill(record);
        }
        else
        {
            _ = UnixNative.Signal(record.Pid, UnixNative.Terminate);
        }
    }

    public static void Kill(NodeRecord record)
    {
        if (!IsWindows)
        {
            _ = UnixNative.Signal(record.Pid, UnixNative.KillNow);
            return;
        }

        // The record names the cmd.exe around the node, so the whole tree has to go.
        using var kill = Run("taskkill.exe", FormattableString.Invariant($"/PID {record.Pid} /T /F"), null);
        kill.WaitForExit();
    }

    private static int StartOnUnix(string program, IEnumerable<string> arguments, string logPath, string folder)
    {
        var words = new[] { "-c", UnixLauncher, "kv-start", logPath, program }.Concat(arguments);
        using var shell = Run("/bin/sh", string.Join(" ", words.Select(ArgumentText.ForProcess)), folder);
        var pid = shell.StandardOutput.ReadToEnd().Trim();
        shell.WaitForExit();
        return int.Parse(pid, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static int StartOnWindows(string program, IEnumerable<string> arguments, string logPath, string folder)
    {
        var words = string.Join(" ", new[] { program }.Concat(arguments).Select(ArgumentText.ForProcess));
        using var shell = Run("cmd.exe", $"/d /s /c \"{words} >>\"{logPath}\" 2>&1 <nul\"", folder);
        return shell.Id;
    }

    private static Process Run(string program, string arguments, string? folder) => Process.Start(
        new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder ?? string.Empty,
        }) ?? throw new IOException($"{program} did not start");

    /// <summary>A text that no other process has had; null if there is no live process of this number.</summary>
    private static string? Identity(int pid)
    {
        var status = FormattableString.Invariant($"/proc/{pid}/stat");
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
        {
            try
            {
                return FromProcStat(File.ReadAllText(status));
            }
            catch (IOException)
            {
                return null;
            }
        }

        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().ToString("o", CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Field 22 of /proc/pid/stat, the start time in ticks since boot; null for a process that
    /// has ended but was not yet waited for. Field 2 may hold spaces, so counting begins after it.</summary>
    /// <remarks>While others of its threads (field 20 counts them) still end, it has its files and locks.</remarks>
    private static string? FromProcStat(string text)
    {
        var fields = text.Substring(text.LastIndexOf(')') + 2).Split(' ');
        var isOver = fields[0] is "X" || (fields[0] is "Z" && fields[17] is ("0" or "1"));
        return isOver ? null : fields[19];
    }
}
