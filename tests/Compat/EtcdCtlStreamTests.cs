// Debian's etcdctl where it stays connected: watches and kept-alive leases.
using System.Text.Json;
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>Shows 1 of the foundation: what runs on.</summary>
public sealed class EtcdCtlStreamTests(ReferencePair pair) : IClassFixture<ReferencePair>
{
    [Fact]
    public async Task Watch_prints_events_past_and_to_come()
    {
        await EtcdCtl.RunAsync(pair.KvUrl, "put", "watched/a", "1");
        var first = await RevisionOf("watched/a");
        using var watch = EtcdCtl.Open(pair.KvUrl, "watch", "--prefix", "--prev-kv", $"--rev={first}", "watched/");
        try
        {
            Assert.Equal(["PUT", "watched/a", "1"], await Lines(watch, 3));
            await EtcdCtl.RunAsync(pair.KvUrl, "put", "watched/a", "2");
            Assert.Equal(["PUT", "watched/a", "1", "watched/a", "2"], await Lines(watch, 5));
            await EtcdCtl.RunAsync(pair.KvUrl, "del", "watched/a");
            Assert.Equal(["DELETE", "watched/a", "2", "watched/a", ""], await Lines(watch, 5));
        }
        finally
        {
            watch.Kill();
        }
    }

    [Fact]
    public async Task A_lease_kept_alive_outlives_its_time_to_live_and_then_ends()
    {
        var granted = await EtcdCtl.RunAsync(pair.KvUrl, "lease", "grant", "2");
        var id = granted.Split(' ')[1];
        await EtcdCtl.RunAsync(pair.KvUrl, "put", "leased/keep", "v", $"--lease={id}");
        using (var keepAlive = EtcdCtl.Open(pair.KvUrl, "lease", "keep-alive", id))
        {
            // Four renewals of a lease of two seconds take longer than it would have lived.
            var lines = await Lines(keepAlive, 5);
            Assert.All(lines, line => Assert.Equal($"lease {id} keepalived with TTL(2)", line));
            keepAlive.Kill();
        }

        Assert.Equal("leased/keep\nv\n", await EtcdCtl.RunAsync(pair.KvUrl, "get", "leased/keep"));
        await Eventually.Holds(
            async () => await EtcdCtl.RunAsync(pair.KvUrl, "get", "leased/keep") == "",
            "the key of a lease nobody renews goes");
    }

    private static async Task<string[]> Lines(System.Diagnostics.Process process, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var lines = new string[count];
        for (var i = 0; i < count; i++)
        {
            lines[i] = await process.StandardOutput.ReadLineAsync(limit.Token) ?? "(end)";
        }

        return lines;
    }

    private async Task<long> RevisionOf(string key)
    {
        var json = JsonDocument.Parse(await EtcdCtl.RunAsync(pair.KvUrl, "get", key, "-w", "json"));
        return json.RootElement.GetProperty("kvs")[0].GetProperty("mod_revision").GetInt64();
    }
}
