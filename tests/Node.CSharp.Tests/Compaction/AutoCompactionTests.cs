using Kv.Node.Options;
using Kv.Node.Tests.Leases;
using Xunit;

namespace Kv.Node.Tests.Compaction;

/// <summary>Auto-compaction in whole engines.</summary>
public sealed class AutoCompactionTests
{
    [Fact]
    public async Task The_leader_compacts_by_time_and_whoever_follows_it_goes_on()
    {
        await using var cluster = new EngineCluster(3, Keep(AutoCompactionOptions.Periodic, "10s"));
        var first = await cluster.LeaderAsync();
        await first.PutAsync("k");
        await first.PutAsync("k");
        await cluster.PassUntilAsync(() => first.State.CompactRevision == 3);

        var handing = first.HandOverAsync();
        await cluster.PassUntilAsync(() => handing.IsCompleted);
        var second = await cluster.LeaderAsync();
        Assert.NotEqual(first.MemberId, second.MemberId);
        await second.PutAsync("k");
        await cluster.PassUntilAsync(() => second.State.CompactRevision == 4 && first.State.CompactRevision == 4);
    }

    [Fact]
    public async Task By_revision_the_newest_are_kept()
    {
        await using var cluster = new EngineCluster(1, Keep(AutoCompactionOptions.Revision, "5"));
        var engine = await cluster.LeaderAsync();
        for (var i = 0; i < 20; i++)
        {
            await engine.PutAsync("k");
        }

        await cluster.PassUntilAsync(() => engine.State.CompactRevision > 0);
        Assert.Equal(16, engine.State.CompactRevision);
        await engine.WhenSweptAsync(default);
        Assert.Equal(6, engine.State.RowCount);
    }

    private static Func<NodeOptions, NodeOptions> Keep(string mode, string retention) =>
        options => options with { AutoCompaction = new AutoCompactionOptions(mode, retention) };
}
