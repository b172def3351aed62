// What is handed out, as its users get it: an archive for machines without .NET, a .NET tool, a container image; and
// the service that is installed from it.
using System.Text.Json.Nodes;
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>scripts/package.sh and scripts/install-service.sh.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly string Packages = Path.Combine(Tools.Scripts, "../artifacts/packages");

    private readonly string _directory = Directory.CreateTempSubdirectory("kv-package-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Packages_hold_a_program_that_runs()
    {
        var archive = Only("kvnode-*-linux-x64.tar.gz");
        await Command.RunAsync("tar", "-C", _directory, "-xzf", archive);
        var unpacked = Path.Combine(_directory, Path.GetFileName(archive)[..^".tar.gz".Length]);
        await InstalledServiceRuns(unpacked);
        await ToolRuns(Path.GetFileName(unpacked).Split('-')[1]);
        await ImageSaysHowItRuns();
    }

    /// <summary>From the archive, below a directory of its own; then what the unit starts, with the configuration
    /// that was written.</summary>
    private async Task InstalledServiceRuns(string unpacked)
    {
        var root = Path.Combine(_directory, "root");
        var install = Path.Combine(unpacked, "install-service.sh");
        await Command.RunAsync(install, "--root", root);
        var unit = await File.ReadAllTextAsync(Path.Combine(root, "etc/systemd/system/kvnode.service"));
        Assert.Contains("Type=notify", unit, StringComparison.Ordinal);
        Assert.Contains("WatchdogSec=30s", unit, StringComparison.Ordinal);
        var start = unit.Split('\n').Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal))["ExecStart=".Length..].Split(' ');
        Assert.Equal(["/usr/local/bin/kvnode", "--config-file", "/etc/kvnode/kvnode.yaml"], start);

        var settings = root + start[2];
        var ports = Ports.Free(2);
        var text = (await File.ReadAllTextAsync(settings))
            .Replace("/var/lib", root + "/var/lib", StringComparison.Ordinal)
            .Replace(":2379", $":{ports[0]}", StringComparison.Ordinal)
            .Replace(":2380", $":{ports[1]}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(settings, text);
        Directory.CreateDirectory(root + "/var/lib/kvnode");
        using (var node = ServerProcess.Start(root + start[0], [start[1], settings], WithoutDotnet))
        {
            await node.WhenReadyAsync();
            await EtcdCtl.RunAsync($"http://127.0.0.1:{ports[0]}", "put", "a", "1");
        }

        // A newer program, and the end: what is the operator's stays.
        await Command.RunAsync(install, "--root", root, "--from", unpacked);
        Assert.Equal(text, await File.ReadAllTextAsync(settings));
        await Command.RunAsync(install, "--root", root, "--uninstall");
        Assert.False(File.Exists(root + start[0]));
        Assert.True(File.Exists(settings));
        Assert.True(Directory.Exists(root + "/var/lib/kvnode/data"));
        var wrong = await Command.TryAsync(install, "--root", root, "--from", _directory);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("there is no kvnode in", wrong.Error, StringComparison.Ordinal);
    }

    private async Task ToolRuns(string version)
    {
        var tools = Path.Combine(_directory, "tools");
        await Command.RunAsync(
            "dotnet", "tool", "install", "kvnode", "--tool-path", tools, "--add-source", Packages, "--version", version);
        Assert.Contains($"kvnode Version: {version}", await Command.RunAsync(Path.Combine(tools, "kvnode"), "--version"), StringComparison.Ordinal);
    }

    private async Task ImageSaysHowItRuns()
    {
        var image = Path.Combine(_directory, "image");
        Directory.CreateDirectory(image);
        await Command.RunAsync("tar", "-C", image, "-xf", Only("kvnode-*-image.tar"));
        var manifest = Blob((string)Read(Path.Combine(image, "index.json"))["manifests"]![0]!["digest"]!);
        var config = Blob((string)manifest["config"]!["digest"]!)["config"]!;
        Assert.Contains("kvnode", config["Entrypoint"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("app", (string?)config["User"]);
        Assert.Equal(["2379/tcp", "2380/tcp"], config["ExposedPorts"]!.AsObject().Select(port => port.Key).Order());
        Assert.Contains("KV_DATA_DIR=/home/app/default.kv", config["Env"]!.ToJsonString(), StringComparison.Ordinal);

        JsonNode Blob(string digest) => Read(Path.Combine(image, "blobs", digest.Replace(':', '/')));
        static JsonNode Read(string path) => JsonNode.Parse(File.ReadAllText(path))!;
    }

    private static string Only(string pattern) =>
        Directory.Exists(Packages) && Directory.GetFiles(Packages, pattern) is [var one]
            ? one
            : throw new InvalidOperationException($"not one {pattern} in {Packages}: run tests/Compat/make-packages.sh");

    /// <summary>As on a machine that has no .NET.</summary>
    private static Dictionary<string, string> WithoutDotnet { get; } = new() { ["DOTNET_ROOT"] = "/nonexistent", ["PATH"] = "/usr/bin:/bin" };
}
