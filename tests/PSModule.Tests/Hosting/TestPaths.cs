// Where the tests find the module, the node program and room for files. The module is loaded from the
// test's own output folder, where the build puts all of its files.

using System.Runtime.CompilerServices;

namespace PSModule.Tests.Hosting;

internal static class TestPaths
{
    public static string Manifest { get; } = Path.Combine(AppContext.BaseDirectory, "Kv.psd1");

    /// <summary>A folder of this test run; removed when the process ends.</summary>
    public static string Scratch { get; } = Directory.CreateTempSubdirectory("kv-psmodule-").FullName;

    /// <summary>The kvnode program: KVNODE, or artifacts/kvnode/kvnode of the repository.</summary>
    public static string NodeProgram => Environment.GetEnvironmentVariable("KVNODE") is { Length: > 0 } given
        ? given
        : Path.Combine(Repository, "artifacts", "kvnode", OperatingSystem.IsWindows() ? "kvnode.exe" : "kvnode");

    /// <summary>The folder that holds Mixed.sln.</summary>
    public static string Repository { get; } = FindUp(AppContext.BaseDirectory, "Mixed.sln");

    public static string NewFolder() => Path.Combine(Scratch, Guid.NewGuid().ToString("N")[..8]);

    [ModuleInitializer]
    internal static void Prepare()
    {
        // Local clusters of the user who runs the tests are none of their business.
        Environment.SetEnvironmentVariable("KV_CLUSTER_HOME", Path.Combine(Scratch, "home"));
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(static n => n.StartsWith("ETCDCTL_", StringComparison.Ordinal)).ToList())
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        AppDomain.CurrentDomain.ProcessExit += static (_, _) => Directory.Delete(Scratch, recursive: true);
    }

    private static string FindUp(string folder, string file)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, file)))
            {
                return at.FullName;
            }
        }

        throw new FileNotFoundException($"{file} was not found above {folder}.");
    }
}
