// What an operator gets wrong, and what a disk does: one clear line and exit code 1, or a repair that
// says so.
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>"Bad input and faults" of the foundation, on the real process.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("--no-such-flag", "--no-such-flag")]
    [InlineData("--initial-cluster-state=maybe", "initial-cluster-state")]
    [InlineData("--heartbeat-interval=soon", "heartbeat-interval")]
    [InlineData("--initial-cluster=other=http://127.0.0.1:1", "initial-cluster")]
    [InlineData("--election-timeout=200", "election-timeout")]
    public async Task A_wrong_flag_is_named_in_one_line(string flag, string named)
    {
        using var process = ServerProcess.Start(Tools.KvNode, [flag, "--data-dir", NoDirectory()]);
        Assert.Equal(1, await process.WhenExitedAsync());
        Assert.Contains(named, process.Log.Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_port_is_named()
    {
        using var cluster = await TestCluster.StartAsync(1);
        var busy = cluster.Nodes[0].ClientUrl;
        var peer = $"http://127.0.0.1:{Ports.FreeOne()}";
        using var second = ServerProcess.Start(Tools.KvNode, [
            "--data-dir", Path.Combine(cluster.Directory, "second"), "--listen-client-urls", busy,
            "--advertise-client-urls", busy, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--initial-cluster", $"default={peer}"]);
        Assert.Equal(1, await second.WhenExitedAsync());
        Assert.Contains(new Uri(busy).Port.ToString(), second.Log.Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_in_use_or_of_another_cluster_is_refused()
    {
        using var cluster = await TestCluster.StartAsync(1);
        var node = cluster.Nodes[0];
        using (var twin = StartOn(node, cluster.Directory, "n1"))
        {
            Assert.Equal(1, await twin.WhenExitedAsync());
            Assert.Contains("in use", twin.Log, StringComparison.Ordinal);
        }

        node.Kill();
        using var stranger = StartOn(node, cluster.Directory, "n1");
        Assert.Equal(1, await stranger.WhenExitedAsync());
        Assert.Contains("cluster", stranger.Log.Split('\n')[^1], StringComparison.Ordinal);
        Assert.Contains(node.DataDirectory, stranger.Log.Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_torn_log_tail_is_repaired_and_said()
    {
        using var cluster = await TestCluster.StartAsync(1);
        var node = cluster.Nodes[0];
        await EtcdCtl.RunAsync(node.ClientUrl, "put", "before", "crash");
        node.Kill();
        Tear(node);
        await node.Start().WhenReadyAsync();
        Assert.Contains("torn", node.Process!.Log, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("before\ncrash\n", await EtcdCtl.RunAsync(node.ClientUrl, "get", "before"));
    }

    [Fact]
    public async Task A_flipped_bit_in_the_log_stops_the_start_with_file_and_offset()
    {
        using var cluster = await TestCluster.StartAsync(1);
        var node = cluster.Nodes[0];
        for (var i = 0; i < 50; i++)
        {
            await EtcdCtl.RunAsync(node.ClientUrl, "put", $"k{i}", "marker-value");
        }

        node.Kill();
        var segment = Newest(node, "wal", "*.wal");
        Flip(segment, File.ReadAllBytes(segment).AsSpan().IndexOf("marker-value"u8));
        Assert.Equal(1, await node.Start().WhenExitedAsync());
        Assert.Contains(Path.GetFileName(segment), node.Process!.Log, StringComparison.Ordinal);
        Assert.Matches(@"offset \d+", node.Process.Log);
    }

    [Fact]
    public async Task A_flipped_bit_in_the_snapshot_stops_the_start_with_file_and_offset()
    {
        using var cluster = await TestCluster.StartAsync(1);
        var node = cluster.Nodes[0];
        node.Kill();
        var snapshot = Newest(node, "snap", "*.snap");
        Flip(snapshot, (int)new FileInfo(snapshot).Length / 2);
        Assert.Equal(1, await node.Start().WhenExitedAsync());
        Assert.Contains(Path.GetFileName(snapshot), node.Process!.Log, StringComparison.Ordinal);
        Assert.Matches(@"offset \d+", node.Process.Log);
    }

    [Fact]
    public async Task Help_and_version_answer_and_end()
    {
        using var help = ServerProcess.Start(Tools.KvNode, ["--help"]);
        Assert.Equal(0, await help.WhenExitedAsync());
        Assert.Contains("--initial-cluster", help.Log, StringComparison.Ordinal);
        using var version = ServerProcess.Start(Tools.KvNode, ["--version"]);
        Assert.Equal(0, await version.WhenExitedAsync());
        Assert.Contains("0.1.0", version.Log, StringComparison.Ordinal);
    }

    private static ServerProcess StartOn(Node node, string directory, string name)
    {
        var ports = Ports.Free(2);
        return ServerProcess.Start(Tools.KvNode, [
            "--name", name, "--data-dir", Path.Combine(directory, name),
            "--listen-client-urls", $"http://127.0.0.1:{ports[0]}",
            "--advertise-client-urls", $"http://127.0.0.1:{ports[0]}",
            "--listen-peer-urls", $"http://127.0.0.1:{ports[1]}",
            "--initial-advertise-peer-urls", $"http://127.0.0.1:{ports[1]}",
            "--initial-cluster", $"{name}=http://127.0.0.1:{ports[1]}"]);
    }

    private static string NoDirectory() => Path.Combine(Path.GetTempPath(), $"kv-never-{Guid.NewGuid():n}");

    private static string Newest(Node node, string part, string pattern) =>
        Directory.GetFiles(Path.Combine(node.DataDirectory, "member", part), pattern).Order().Last();

    /// <summary>Half a record behind the last one, as a crash in the middle of a write leaves it.</summary>
    private static void Tear(Node node)
    {
        var path = Newest(node, "wal", "*.wal");
        var bytes = File.ReadAllBytes(path);
        var end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        using var file = File.OpenWrite(path);
        file.Position = (end + 7) / 8 * 8;
        file.Write([0x40, 0, 0, 0, 1, 2, 3, 4, 5]);
    }

    private static void Flip(string path, int offset)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 0x10));
    }
}
