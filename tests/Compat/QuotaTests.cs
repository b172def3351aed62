// A store at its quota: what is refused, what goes on, and how it gets well again (etcd-facts N1-N4).
using Compat.Harness;
using Xunit;

namespace Compat;

public sealed class QuotaTests
{
    private const string Refusal = "etcdserver: mvcc: database space exceeded";

    private static readonly string Value = new('v', 20_000);

    [Fact]
    public async Task A_full_store_refuses_what_adds_to_it_on_every_member_until_there_is_room_and_the_alarm_is_disarmed()
    {
        using var cluster = await TestCluster.StartAsync(3, "--quota-backend-bytes", "1000000");
        var (one, other) = (cluster.Nodes[0].ClientUrl, cluster.Nodes[1].ClientUrl);
        await FillAsync(one);
        await Eventually.Holds(
            async () => (await EtcdCtl.RunAsync(other, "alarm", "list")).Contains("alarm:NOSPACE", StringComparison.Ordinal), "the alarm is raised");

        // Small enough to fit, and on a member that has not met the quota itself.
        await AssertRefusedAsync(other, "put", "small", "v");
        await AssertRefusedAsync(other, "lease", "grant", "60");
        Assert.Contains(Refusal, (await EtcdCtl.TryWithInputAsync(other, "\nput a b\n\n\n", "txn")).Error, StringComparison.Ordinal);
        await EtcdCtl.RunAsync(other, "get", "k/0");
        await EtcdCtl.RunAsync(other, "get", "--prefix", "k/", "--keys-only");
        using (var http = new HttpClient())
        {
            using var health = await http.GetAsync($"{other}/health");
            Assert.Contains("ALARM NOSPACE", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Contains("alarm:NOSPACE", await EtcdCtl.RunAsync(other, "endpoint", "status", "-w", "fields"), StringComparison.Ordinal);

        // Deleting and compacting is how room is made.
        await EtcdCtl.RunAsync(other, "del", "--prefix", "k/");
        await CompactAsync(other);
        await AssertRefusedAsync(other, "put", "small", "v");
        foreach (var node in cluster.Nodes)
        {
            node.Kill();
        }

        // The alarm is part of the state.
        await cluster.StartAllAsync();
        await AssertRefusedAsync(one, "put", "small", "v");
        Assert.Contains("alarm:NOSPACE", await EtcdCtl.RunAsync(one, "alarm", "disarm"), StringComparison.Ordinal);
        await EtcdCtl.RunAsync(one, "put", "small", "v");
        Assert.Equal("", await EtcdCtl.RunAsync(other, "alarm", "list"));
    }

    [Fact]
    public async Task An_alarm_that_may_clear_itself_does_so_once_there_is_room()
    {
        using var cluster = await TestCluster.StartAsync(1, "--quota-backend-bytes", "1000000", "--quota-auto-clear");
        var url = cluster.Nodes[0].ClientUrl;
        await FillAsync(url);
        await EtcdCtl.RunAsync(url, "del", "--prefix", "k/");
        await CompactAsync(url);

        await Eventually.Holds(async () => (await EtcdCtl.RunAsync(url, "alarm", "list")).Length == 0, "the alarm is cleared");

        await EtcdCtl.RunAsync(url, "put", "small", "v");
        Assert.Contains("the alarm NOSPACE has been cleared", cluster.Nodes[0].Process!.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_quota_nothing_is_refused()
    {
        using var cluster = await TestCluster.StartAsync(1, "--quota-backend-bytes", "-1");
        for (var i = 0; i < 100; i++)
        {
            await EtcdCtl.RunAsync(cluster.Nodes[0].ClientUrl, "put", $"k/{i}", Value);
        }
    }

    private static async Task CompactAsync(string url)
    {
        using var client = new Client(url);
        await EtcdCtl.RunAsync(url, "compaction", "--physical", $"{await client.RevisionAsync()}");
    }

    /// <summary>Puts until the store is full: what was taken is there.</summary>
    private static async Task FillAsync(string url)
    {
        for (var i = 0; i < 60; i++)
        {
            var put = await EtcdCtl.TryAsync(url, "put", $"k/{i}", Value);
            if (put.ExitCode != 0)
            {
                Assert.Contains(Refusal, put.Error, StringComparison.Ordinal);
                Assert.InRange(i, 40, 50);
                Assert.Contains($"k/{i - 1}", await EtcdCtl.RunAsync(url, "get", $"k/{i - 1}", "--keys-only"), StringComparison.Ordinal);
                return;
            }
        }

        Assert.Fail("the quota was never met");
    }

    private static async Task AssertRefusedAsync(string url, params string[] command)
    {
        var result = await EtcdCtl.TryAsync(url, command);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(Refusal, result.Error, StringComparison.Ordinal);
    }
}
