// `kvnode check`: what it says of good and bad settings, and that it changes nothing.
using Compat.Harness;
using Xunit;

namespace Compat;

public sealed class CheckTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kv-check-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_new_member_is_checked_without_a_trace()
    {
        var ports = Ports.Free(3);
        var file = Path.Combine(_directory, "node.yml");
        await File.WriteAllTextAsync(file,
            $"""
            name: n1
            data-dir: {_directory}/data
            listen-client-urls: http://127.0.0.1:{ports[0]}
            advertise-client-urls: http://127.0.0.1:{ports[0]}
            listen-peer-urls: http://127.0.0.1:{ports[1]}
            initial-advertise-peer-urls: http://127.0.0.1:{ports[1]}
            initial-cluster: n1=http://127.0.0.1:{ports[1]},n2=http://127.0.0.1:{ports[2]}
            max-wals: 7
            """);

        var output = await Command.RunAsync(Tools.KvNode, "check", "--config", file);

        Assert.Equal(
            [
                "warning  configuration: max-wals in node.yml has no effect: the log is kept as far back as the older snapshot needs it",
                $"ok       configuration: member \"n1\" with data in {_directory}/data",
                "ok       certificates: none are needed",
                $"ok       listen on http://127.0.0.1:{ports[0]}: free",
                $"ok       listen on http://127.0.0.1:{ports[1]}: free",
                $"ok       data in {_directory}/data: none yet: a new member",
                $"ok       member n2 at http://127.0.0.1:{ports[2]}: not up yet (Connection refused)",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["node.yml"], Directory.EnumerateFileSystemEntries(_directory).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_member_of_a_running_cluster_is_checked_while_it_is_down()
    {
        using var cluster = await TestCluster.StartAsync(3);
        await EtcdCtl.RunAsync(cluster.Endpoints, "put", "k", "v");
        var node = cluster.Nodes[0];
        var running = await CheckAsync(node);
        Assert.Equal(1, running.ExitCode);
        Assert.Contains($"failed   listen on {node.ClientUrl}: Address already in use", running.Output, StringComparison.Ordinal);
        Assert.Contains("in use", running.Output.Split('\n').Single(line => line.StartsWith("failed   data in", StringComparison.Ordinal)), StringComparison.Ordinal);

        node.Kill();
        var down = await CheckAsync(node);
        Assert.Equal(0, down.ExitCode);
        Assert.Contains($"ok       data in {node.DataDirectory}: member ", down.Output, StringComparison.Ordinal);
        Assert.Contains($"ok       member n2 at {cluster.Nodes[1].PeerUrl}: reachable, and its clock agrees", down.Output, StringComparison.Ordinal);
        cluster.Nodes[2].Kill();
        Assert.Contains($"warning  member n3 at {cluster.Nodes[2].PeerUrl}: not reachable", (await CheckAsync(node)).Output, StringComparison.Ordinal);
        await node.Start().WhenReadyAsync();
    }

    [Fact]
    public async Task Damage_and_bad_certificates_are_named()
    {
        using var cluster = await TestCluster.StartAsync(1);
        var node = cluster.Nodes[0];
        node.Kill();
        var segment = Directory.GetFiles(Path.Combine(node.DataDirectory, "member", "wal"), "*.wal").Single();
        await using (var file = File.OpenWrite(segment))
        {
            file.Position = 40;
            file.WriteByte(0xFF);
        }

        var damaged = await CheckAsync(node, "--cert-file", segment, "--key-file", segment);

        Assert.Equal(1, damaged.ExitCode);
        Assert.Contains("failed   certificates: --cert-file", damaged.Output, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(segment), damaged.Output.Split('\n').Single(line => line.StartsWith("failed   data in", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(
            "failed   configuration: --election-timeout[99ms] should be at least 5 times --heartbeat-interval[100ms]\n",
            (await Command.TryAsync(Tools.KvNode, "check", "--election-timeout=99")).Output);
    }

    private static Task<CommandResult> CheckAsync(Node node, params string[] more) =>
        Command.TryAsync(Tools.KvNode, ["check", .. node.Flags, .. more]);
}
