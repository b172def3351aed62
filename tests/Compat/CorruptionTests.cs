// A member whose data is not that of the others: found, alone in serving nothing, and replaced. The damage is
// real: the cluster is made of snapshots of which one differs in a single value.
using Compat.Harness;
using Xunit;

namespace Compat;

public sealed class CorruptionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kv-corrupt-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("--corrupt-check-time=500ms")]
    [InlineData("--feature-gates=CompactHashCheck=true", "--compact-hash-check-time=500ms")]
    public async Task Only_the_damaged_member_stops_serving(params string[] flags)
    {
        using var cluster = TestCluster.Plan(3, flags);
        await RestoreAsync(cluster, damaged: 2);
        await cluster.StartAllAsync();
        var (sound, damaged) = (cluster.Nodes[0], cluster.Nodes[2]);
        using var watch = EtcdCtl.Open(damaged.ClientUrl, "watch", "k");
        await EtcdCtl.RunAsync(sound.ClientUrl, "put", "after", "v");
        using (var client = new Client(sound.ClientUrl))
        {
            await EtcdCtl.RunAsync(sound.ClientUrl, "compaction", $"{await client.RevisionAsync()}");
        }

        var id = await Membership.IdOfAsync(sound.ClientUrl, damaged);
        await Eventually.Holds(
            async () => await EtcdCtl.RunAsync(sound.ClientUrl, "alarm", "list") == $"memberID:{Convert.ToUInt64(id, 16)} alarm:CORRUPT \n",
            "the damaged member, and no other, has the alarm");
        foreach (var command in new[] { "get k", "put k v", "get k --consistency=s", "lease list", "lock l" })
        {
            var refused = await EtcdCtl.TryAsync(damaged.ClientUrl, command.Split(' '));
            Assert.Contains("etcdserver: corrupt cluster", refused.Error, StringComparison.Ordinal);
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await watch.WaitForExitAsync(limit.Token);
        Assert.Contains("corrupt cluster", await watch.StandardOutput.ReadToEndAsync() + await watch.StandardError.ReadToEndAsync(), StringComparison.Ordinal);

        using (var http = new HttpClient())
        {
            Assert.Equal("ok\n", await http.GetStringAsync($"{sound.ClientUrl}/readyz"));
            Assert.Contains("\"true\"", await http.GetStringAsync($"{sound.ClientUrl}/health"), StringComparison.Ordinal);
            Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, (await http.GetAsync($"{damaged.ClientUrl}/readyz")).StatusCode);
            Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, (await http.GetAsync($"{damaged.ClientUrl}/health")).StatusCode);
        }

        // The others go on, and so does what is needed to put things right.
        await EtcdCtl.RunAsync(sound.ClientUrl, "put", "k", "w");
        Assert.Equal("k\nw\n", await EtcdCtl.RunAsync(cluster.Nodes[1].ClientUrl, "get", "k"));
        await EtcdCtl.RunAsync(damaged.ClientUrl, "member", "list");
        damaged.Kill();
        await damaged.Start().WhenReadyAsync();
        await Eventually.Holds(
            () => Task.FromResult(damaged.Process!.Log.Contains("serves no data", StringComparison.Ordinal)), "the log says so");
        Assert.NotEqual(0, (await EtcdCtl.TryAsync(damaged.ClientUrl, "get", "k")).ExitCode);

        // Removed and added again, it is as good as the others.
        await Membership.RemoveAsync(sound.ClientUrl, damaged);
        await damaged.Process!.WhenExitedAsync();
        Assert.Equal("", await EtcdCtl.RunAsync(sound.ClientUrl, "alarm", "list"));
        cluster.Forget(damaged);
        await Membership.GrowAsync(sound.ClientUrl, cluster.PlanJoiner(flags));
        await DurabilityTests.AssertSame(cluster);
    }

    [Fact]
    public async Task A_damaged_member_does_not_even_start_if_it_is_to_compare_before()
    {
        using var cluster = TestCluster.Plan(3, "--feature-gates=InitialCorruptCheck=true");
        await RestoreAsync(cluster, damaged: 2);
        var sound = cluster.Nodes.Take(2).Select(node => node.Start()).ToArray();
        foreach (var process in sound)
        {
            await process.WhenReadyAsync();
        }

        var damaged = cluster.Nodes[2].Start();

        Assert.Equal(1, await damaged.WhenExitedAsync());
        Assert.Contains("found data inconsistency with peers", damaged.Log, StringComparison.Ordinal);
        Assert.All(sound, process => Assert.False(process.HasExited));
        await EtcdCtl.RunAsync(cluster.Nodes[0].ClientUrl, "put", "k", "w");
    }

    /// <summary>Makes every member's directory from a snapshot, one from another.</summary>
    private async Task RestoreAsync(TestCluster cluster, int damaged)
    {
        foreach (var (file, value) in new[] { ("good.db", "v"), ("bad.db", "x") })
        {
            using var source = await TestCluster.StartAsync(1);
            await EtcdCtl.RunAsync(source.Endpoints, "put", "k", value);
            await EtcdCtl.RunAsync(source.Endpoints, "snapshot", "save", Path.Combine(_directory, file));
        }

        var initial = string.Join(',', cluster.Nodes.Select(node => $"{node.Name}={node.PeerUrl}"));
        for (var i = 0; i < cluster.Nodes.Length; i++)
        {
            var node = cluster.Nodes[i];
            await Command.RunAsync(Tools.KvNode,
                "snapshot", "restore", Path.Combine(_directory, i == damaged ? "bad.db" : "good.db"), "--name", node.Name,
                "--data-dir", node.DataDirectory, "--initial-cluster", initial, "--initial-advertise-peer-urls", node.PeerUrl);
        }
    }
}
