// A member that missed more than the log still holds, and directories that must not grow for ever.
using Compat.Harness;
using Etcdserverpb;
using Google.Protobuf;
using Xunit;

namespace Compat;

/// <summary>Shows 3 of the foundation, at full size.</summary>
public sealed class CatchUpTests
{
    private static readonly ParallelOptions Parallelism = new() { MaxDegreeOfParallelism = 128 };

    [Fact]
    public async Task A_follower_behind_the_log_comes_back_through_a_snapshot_while_writes_go_on()
    {
        using var cluster = await TestCluster.StartAsync(3, "--snapshot-count", "1000");
        var leader = await DurabilityTests.LeaderOf(cluster);
        await FillAsync(leader, keys: 200_000, valueBytes: 256);
        var follower = cluster.Nodes.First(n => n != leader);
        follower.Kill();
        var writer = new Writer(
            [.. cluster.Nodes.Where(n => n != follower).Select(n => n.ClientUrl)], "k/", clients: 16, valueBytes: 4_096);
        await using (writer)
        {
            // More entries than the leader keeps in memory for slow followers.
            await writer.WaitForMoreAsync(12_000, TimeSpan.FromMinutes(2));
            await follower.Start().WhenReadyAsync();
            await writer.WaitForMoreAsync(500);
        }

        await DurabilityTests.AssertSame(cluster);
        Assert.Contains("snapshot", follower.Process!.Log, StringComparison.OrdinalIgnoreCase);
        using var client = new Client(follower.ClientUrl);
        var found = await client.ReadAllAsync("k/");
        Assert.All(writer.Acknowledged, write => Assert.Equal(write.Value, found.GetValueOrDefault(write.Key)));
        Assert.Equal(200_000, (await client.ReadAllAsync("fill/")).Count);
    }

    [Fact]
    public async Task Log_and_snapshot_directories_stay_bounded_under_overwrites()
    {
        using var cluster = await TestCluster.StartAsync(1, "--snapshot-count", "2000");
        using var client = new Client(cluster.Nodes[0].ClientUrl);
        var size = 0L;
        for (var round = 0; round < 10; round++)
        {
            await OverwriteAsync(client, keys: 1_000, times: 100_000);
            await client.Kv.CompactAsync(new CompactionRequest { Revision = await client.RevisionAsync() });
            size = Math.Max(size, SizeOf(cluster.Nodes[0], "wal") + SizeOf(cluster.Nodes[0], "snap"));
        }

        // 256 MB of values were written; 256 KB of them live. A log segment takes 64 MiB on disk.
        Assert.InRange(size, 1, 512L << 20);
        await Eventually.Holds(
            () => Task.FromResult(
                SizeOf(cluster.Nodes[0], "snap") < 64L << 20 && SizeOf(cluster.Nodes[0], "wal") < 256L << 20),
            "old segments and snapshots are gone");
    }

    private static long SizeOf(Node node, string part) =>
        new DirectoryInfo(Path.Combine(node.DataDirectory, "member", part)).EnumerateFiles().Sum(f => f.Length);

    private static async Task FillAsync(Node node, int keys, int valueBytes)
    {
        using var client = new Client(node.ClientUrl);
        var value = ByteString.CopyFrom(new byte[valueBytes]);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, keys / 100),
            Parallelism,
            async (batch, token) =>
            {
                var txn = new TxnRequest();
                for (var i = 0; i < 100; i++)
                {
                    var key = ByteString.CopyFromUtf8($"fill/{(batch * 100) + i}");
                    txn.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = key, Value = value } });
                }

                await client.Kv.TxnAsync(txn, cancellationToken: token);
            });
    }

    private static async Task OverwriteAsync(Client client, int keys, int times)
    {
        var value = ByteString.CopyFrom(new byte[256]);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, times),
            Parallelism,
            async (i, token) => await client.Kv.PutAsync(
                new PutRequest { Key = ByteString.CopyFromUtf8($"k{i % keys}"), Value = value }, cancellationToken: token));
    }
}
