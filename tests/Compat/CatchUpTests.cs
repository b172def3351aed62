// A member that missed more than the log still holds, and directories that must not grow for ever.
using Compat.Harness;
using Etcdserverpb;
using Google.Protobuf;
using Xunit;

namespace Compat;

/// <summary>Shows 3 of the foundation, at a size fit for every run.</summary>
public sealed class CatchUpTests
{
    [Fact]
    public async Task A_follower_behind_the_log_comes_back_through_a_snapshot_while_writes_go_on()
    {
        using var cluster = await TestCluster.StartAsync(3, "--snapshot-count", "1000");
        var leader = await DurabilityTests.LeaderOf(cluster);
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
    }

    [Fact]
    public async Task Log_and_snapshot_directories_stay_bounded_under_overwrites()
    {
        using var cluster = await TestCluster.StartAsync(1, "--snapshot-count", "2000");
        using var client = new Client(cluster.Nodes[0].ClientUrl);
        var value = ByteString.CopyFrom(new byte[1_024]);
        for (var round = 0; round < 10; round++)
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(0, 4_000),
                new ParallelOptions { MaxDegreeOfParallelism = 64 },
                async (i, token) => await client.Kv.PutAsync(
                    new PutRequest { Key = ByteString.CopyFromUtf8($"k{i % 100}"), Value = value }, cancellationToken: token));
            await client.Kv.CompactAsync(new CompactionRequest { Revision = await client.RevisionAsync() });
        }

        // 40 MB were written; 100 keys of 1 KiB live. A log segment is 64 MiB on disk.
        await Eventually.Holds(
            () => Task.FromResult(
                SizeOf(Path.Combine(cluster.Nodes[0].DataDirectory, "member", "snap")) < 16L << 20
                && SizeOf(Path.Combine(cluster.Nodes[0].DataDirectory, "member", "wal")) < 256L << 20),
            "old segments and snapshots are gone");
    }

    private static long SizeOf(string directory) =>
        new DirectoryInfo(directory).EnumerateFiles().Sum(f => f.Length);
}
