// Where the programs under test and the foreign clients are. Nothing is skipped when one is missing:
// the test fails and says how to get it.
namespace Compat.Harness;

/// <summary>Finds programs.</summary>
internal static class Tools
{
    private static readonly string Root = FindRoot();

    /// <summary>The folder of the scripts.</summary>
    public static string Scripts { get; } = Path.Combine(Root, "scripts");

    /// <summary>The node under test.</summary>
    public static string KvNode { get; } = Find(
        "KVNODE", Path.Combine(Root, "artifacts/kvnode/kvnode"), "run scripts/build.sh");

    /// <summary>Debian's etcdctl (3.4).</summary>
    public static string EtcdCtl { get; } = Find(
        "ETCDCTL", "/usr/bin/etcdctl", "apt-get install etcd-client");

    /// <summary>Debian 13's etcd (3.5), the reference server.</summary>
    public static string Etcd { get; } = Find(
        "ETCD", Path.Combine(Root, "artifacts/etcd/etcd"), "run scripts/fetch-etcd.sh");

    /// <summary>The interpreter that sees Debian's packages, with python3-etcd.</summary>
    public static string Python { get; } = Find("PYTHON", "/usr/bin/python3", "apt-get install python3-etcd");

    /// <summary>The program of python3-etcd.</summary>
    public static string PythonProgram { get; } = Path.Combine(Root, "tests/Compat/PythonEtcd/walk.py");

    /// <summary>The program of npm's node-etcd client, beside its packages.</summary>
    public static string NodeEtcdProgram { get; } = Path.Combine(Root, "tests/Compat/NodeEtcd/walk.js");

    /// <summary>Debian 13's etcdutl (3.5), which looks at snapshots and restores them.</summary>
    public static string EtcdUtl { get; } = Find(
        "ETCDUTL", Path.Combine(Root, "artifacts/etcd/etcdutl"), "run scripts/fetch-etcd.sh");

    /// <summary>The program of npm's etcd3 client; its packages must be there.</summary>
    public static string NpmProgram { get; } = Path.Combine(Root, "tests/Compat/NpmEtcd3/program.js");

    /// <summary>Node.js.</summary>
    public static string NodeJs => Find(
        "NODE",
        FindInPath("node") ?? "/usr/bin/node",
        "apt-get install nodejs npm");

    private static string? FindInPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static string Find(string variable, string path, string remedy)
    {
        var chosen = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named ? named : path;
        return File.Exists(chosen)
            ? chosen
            : throw new FileNotFoundException($"{chosen} is missing: {remedy}, or set {variable}");
    }

    private static string FindRoot()
    {
        for (var d = new DirectoryInfo(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (File.Exists(Path.Combine(d.FullName, "Mixed.sln")))
            {
                return d.FullName;
            }
        }

        throw new DirectoryNotFoundException("Mixed.sln was not found above the test assembly");
    }
}
