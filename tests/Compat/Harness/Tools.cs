// Where the programs under test and the foreign clients are. Nothing is skipped when one is missing:
// the test fails and says how to get it.
namespace Compat.Harness;

/// <summary>Finds programs.</summary>
internal static class Tools
{
    private static readonly string Root = FindRoot();

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

    /// <summary>Node.js.</summary>
    public static string NodeJs { get; } = Find("NODE", "/usr/bin/node", "apt-get install nodejs");

    /// <summary>npm's v2 client.</summary>
    public static string NodeModules { get; } = Path.GetDirectoryName(Find(
        "NODE_ETCD",
        Path.Combine(Root, "artifacts/v2-clients/node_modules/node-etcd/package.json"),
        "run scripts/fetch-v2-clients.sh")) is { } package
            ? Path.GetDirectoryName(package)!
            : throw new DirectoryNotFoundException("node_modules");

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
