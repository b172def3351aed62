// Finds the kvnode program: where the user says, else where it is built next to the module, else on
// the PATH.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Cluster;

internal static class NodeProgram
{
    private const string Variable = "KVNODE";

    private static string FileName => NodeProcess.IsWindows ? "kvnode.exe" : "kvnode";

    /// <summary>The full path of the program, given as a path of the command's session or not at all.</summary>
    /// <exception cref="KvNodeException">It was not found.</exception>
    public static string Find(PSCmdlet command, string? given) =>
        Find(given is null ? null : command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(given));

    /// <summary>The full path of the program. What is named explicitly must exist; it is not replaced
    /// by one found elsewhere.</summary>
    /// <exception cref="KvNodeException">It was not found.</exception>
    public static string Find(string? given)
    {
        if (given is not null)
        {
            return Existing(given, "-NodePath");
        }

        var variable = Environment.GetEnvironmentVariable(Variable);
        return !string.IsNullOrEmpty(variable)
            ? Existing(variable, Variable)
            : Candidates().FirstOrDefault(File.Exists) ?? throw NotFound("The kvnode program was not found.");
    }

    private static IEnumerable<string> Candidates()
    {
        var module = Path.GetDirectoryName(typeof(NodeProgram).Assembly.Location);
        if (!string.IsNullOrEmpty(module))
        {
            yield return Path.GetFullPath(Path.Combine(module, "..", "kvnode", FileName));
        }

        var path = Environment.GetEnvironmentVariable("PATH") ?? string.Empty;
        foreach (var folder in path.Split(Path.PathSeparator))
        {
            if (folder.Length > 0)
            {
                yield return Path.Combine(folder, FileName);
            }
        }
    }

    private static string Existing(string path, string source) => File.Exists(path)
        ? Path.GetFullPath(path)
        : throw NotFound($"{source} names '{path}', which is no file.");

    private static KvNodeException NotFound(string message) =>
        new(KvErrorId.NodeProgramNotFound, ErrorCategory.ObjectNotFound, message)
        {
            EndsCommand = true,
            RecommendedAction = $"Give -NodePath, set {Variable}, or put kvnode on the PATH.",
        };
}
