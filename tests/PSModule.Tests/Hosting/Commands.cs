// The module's cmdlets as reflection sees them, for the tests of its surface.

using System.Management.Automation;
using System.Reflection;
using Kv.PowerShell.Commands;

namespace PSModule.Tests.Hosting;

internal static class Commands
{
    public static readonly string[] Common =
    [
        .. Cmdlet.CommonParameters, .. Cmdlet.OptionalCommonParameters,
    ];

    public static Assembly Assembly => typeof(KvCommandBase).Assembly;

    /// <summary>Every cmdlet class, by the name of its command.</summary>
    public static SortedDictionary<string, Type> Types { get; } = new(
        Assembly.GetExportedTypes().Where(static t => t.GetCustomAttribute<CmdletAttribute>() is not null)
            .ToDictionary(static t => Attribute(t).VerbName + "-" + Attribute(t).NounName),
        StringComparer.Ordinal);

    public static CmdletAttribute Attribute(Type type) => type.GetCustomAttribute<CmdletAttribute>()!;

    /// <summary>The commands as the engine sees them after import.</summary>
    public static IReadOnlyList<CmdletInfo> Imported()
    {
        using var shell = new Shell();
        return shell.Run("Get-Command -Module Kv").WithoutErrors().As<CmdletInfo>();
    }

    /// <summary>The file of this name in a folder of the source tree.</summary>
    public static string Source(params string[] parts) => Path.Combine([TestPaths.Repository, .. parts]);

    /// <summary>Compares with a file of the source tree; KV_WRITE_GOLDENS=1 writes it instead.</summary>
    public static void MatchesFile(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable("KV_WRITE_GOLDENS") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"{path} is missing; KV_WRITE_GOLDENS=1 writes it.");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
