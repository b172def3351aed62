// Lease time in whole engines: what clients are promised through expiry, renewal and changes of leader.
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Xunit;

namespace Kv.Node.Tests.Leases;

public sealed class LeaseKeeperTests
{
    [Fact]
    public async Task A_lease_does_not_end_before_its_time_and_does_soon_after()
    {
        await using var cluster = new EngineCluster(1);
        var engine = await cluster.LeaderAsync();
        await engine.GrantAsync(1, 10);
        await engine.PutAsync("k", 1);

        await cluster.PassAsync(TimeSpan.FromMilliseconds(9_900));
        await engine.PutAsync("other");
        Assert.NotNull(engine.State.FindLease(1));
        Assert.Equal(0, await engine.LeftAsync(1));

        cluster.Clock.Advance(TimeSpan.FromMilliseconds(200));
        await EngineCluster.UntilAsync(() => engine.State.FindLease(1) is null);
        Assert.Equal(1, engine.State.KeyCount);
        Assert.Equal(-1, await engine.LeftAsync(1));
        Assert.Equal(0, await engine.RenewAsync(1));
    }

    [Fact]
    public async Task A_flood_of_ends_takes_few_log_entries_and_a_revision_each()
    {
        const int Count = 3_000;
        await using var cluster = new EngineCluster(1);
        var engine = await cluster.LeaderAsync();
        await Task.WhenAll(Enumerable.Range(1, Count).Select(async id =>
        {
            await engine.GrantAsync(id, 10);
            await engine.PutAsync($"k{id}", id);
        }));
        var (index, revision) = (engine.State.AppliedIndex, engine.State.Revision);

        cluster.Clock.Advance(TimeSpan.FromSeconds(11));
        await EngineCluster.UntilAsync(() => engine.State.LeaseCount == 0);

        Assert.Equal(0, engine.State.KeyCount);
        Assert.Equal(revision + Count, engine.State.Revision);
        Assert.InRange(engine.State.AppliedIndex - index, 1UL, 20UL);
    }

    [Fact]
    public async Task A_lease_with_many_keys_does_not_take_others_into_its_entry()
    {
        await using var cluster = new EngineCluster(1);
        var engine = await cluster.LeaderAsync();
        await engine.GrantAsync(1, 10);
        await engine.GrantAsync(2, 10);
        await Task.WhenAll(Enumerable.Range(0, 2_100).Select(i => engine.PutAsync($"k{i:d4}", 1)));
        await engine.PutAsync("last", 2);
        var index = engine.State.AppliedIndex;

        cluster.Clock.Advance(TimeSpan.FromSeconds(11));
        await EngineCluster.UntilAsync(() => engine.State.LeaseCount == 0);
        Assert.Equal(index + 2, engine.State.AppliedIndex);
        Assert.Equal(0, engine.State.KeyCount);
    }

    [Fact]
    public async Task Renewals_that_race_with_the_end_are_honoured_or_denied_never_both()
    {
        const int Count = 400;
        await using var cluster = new EngineCluster(1);
        var engine = await cluster.LeaderAsync();
        await Task.WhenAll(Enumerable.Range(1, Count).Select(id => engine.GrantAsync(id, 10)));
        await cluster.PassAsync(TimeSpan.FromMilliseconds(9_900));

        var passing = Task.Run(() => cluster.Clock.Advance(TimeSpan.FromMilliseconds(300)));
        var answers = await Task.WhenAll(Enumerable.Range(1, Count).Select(async id =>
        {
            await Task.Yield();
            return (Id: id, Ttl: await engine.RenewAsync(id), IsThere: engine.State.FindLease(id) is not null);
        }));
        await passing;

        Assert.All(answers, answer => Assert.Equal(answer.Ttl > 0, answer.IsThere));
        Assert.All(answers, answer => Assert.True(answer.Ttl is 0 or 10));
        await cluster.PassAsync(TimeSpan.FromSeconds(9));
        await engine.PutAsync("now");
        Assert.Equal(
            answers.Where(answer => answer.Ttl > 0).Select(answer => (long)answer.Id).Order(),
            engine.State.Leases.Select(lease => lease.Id).Order());
    }

    [Fact]
    public async Task What_a_long_lease_has_left_survives_a_crash_and_a_renewal_takes_that_back()
    {
        await using var cluster = new EngineCluster(1);
        var engine = await cluster.LeaderAsync();
        await engine.GrantAsync(1, 1_000);
        await engine.GrantAsync(2, 200);
        Assert.Equal(0, engine.State.FindLease(1).RemainingTtl);
        await cluster.PassUntilAsync(() => engine.State.FindLease(1)?.RemainingTtl > 0);
        Assert.InRange(engine.State.FindLease(1).RemainingTtl, 699, 700);

        engine = await RestartAsync(cluster);
        // Another election timeout is given on top, rounded to seconds.
        Assert.InRange(await engine.LeftAsync(1), 698, 701);

        Assert.Equal(1_000, await engine.RenewAsync(1));
        Assert.Equal(0, engine.State.FindLease(1).RemainingTtl);
        engine = await RestartAsync(cluster);
        Assert.InRange(await engine.LeftAsync(1), 998, 1_000);
    }

    [Fact]
    public async Task An_orderly_stop_stores_what_leases_have_left()
    {
        await using var cluster = new EngineCluster(1);
        var engine = await cluster.LeaderAsync();
        await engine.GrantAsync(1, 60);
        await engine.GrantAsync(2, 60);
        await cluster.PassAsync(TimeSpan.FromSeconds(20));
        await engine.RenewAsync(2);

        await engine.HandOverAsync();
        Assert.Equal(40, engine.State.FindLease(1).RemainingTtl);
        Assert.Equal(0, engine.State.FindLease(2).RemainingTtl);
        engine = await RestartAsync(cluster);
        Assert.InRange(await engine.LeftAsync(1), 38, 41);
        Assert.InRange(await engine.LeftAsync(2), 58, 60);
    }

    [Fact]
    public async Task A_new_leader_ends_leases_no_earlier_than_promised_and_finishes_what_was_begun()
    {
        const int Count = 1_500;
        await using var cluster = new EngineCluster(3);
        var first = await cluster.LeaderAsync();
        await Task.WhenAll(Enumerable.Range(1, Count).Select(id => first.GrantAsync(id, 10)));
        await first.GrantAsync(9_999, 100);
        await cluster.PassAsync(TimeSpan.FromMilliseconds(9_900));

        // The leader goes away in the middle of ending them.
        cluster.Clock.Advance(TimeSpan.FromMilliseconds(200));
        cluster.Cut.Add(first.MemberId);
        var second = await cluster.LeaderAsync();
        Assert.NotEqual(first.MemberId, second.MemberId);
        var left = second.State.LeaseCount;
        await cluster.PassUntilAsync(() => second.State.LeaseCount == 1);
        Assert.InRange(left, 1, Count + 1);
        Assert.Equal(100, await second.RenewAsync(9_999));

        // Back again, the deposed one learns, and what it had decided alone is gone.
        cluster.Cut.Clear();
        await cluster.PassUntilAsync(() => first.State.AppliedIndex >= second.State.AppliedIndex);
        Assert.Equal(second.State.StateHash(), await HashAtAsync(cluster, first, second));
        Assert.NotNull(first.State.FindLease(9_999));
    }

    [Fact]
    public async Task A_deposed_leader_neither_renews_nor_ends_a_lease()
    {
        await using var cluster = new EngineCluster(3);
        var first = await cluster.LeaderAsync();
        await first.GrantAsync(1, 10);
        var term = first.Term;
        cluster.Cut.Add(first.MemberId);

        // It still believes that it leads, and no quorum confirms it.
        var renewal = first.Leases.RenewHereAsync([1], default);
        var verdict = first.ProposeAsLeaderAsync(Command.NewLeaseExpire([1]), term).AsTask();
        var second = await cluster.LeaderAsync();
        Assert.Equal(10, await second.RenewAsync(1));
        cluster.Cut.Clear();
        await cluster.PassUntilAsync(() => renewal.IsCompleted && verdict.IsCompleted);

        Assert.Null(await renewal);
        await Assert.ThrowsAsync<EtcdException>(() => verdict);
        Assert.NotNull(second.State.FindLease(1));
        var late = await Assert.ThrowsAsync<EtcdException>(
            async () => await first.ProposeAsLeaderAsync(Command.NewLeaseExpire([1]), term));
        Assert.Equal(EtcdErrors.LeaderChanged.Message, late.Message);
    }

    [Fact]
    public async Task A_hand_over_keeps_what_leases_have_left_and_those_renewed_meanwhile_whole()
    {
        await using var cluster = new EngineCluster(3);
        var first = await cluster.LeaderAsync();
        await first.GrantAsync(1, 60);
        await first.GrantAsync(2, 60);
        await cluster.PassAsync(TimeSpan.FromSeconds(20));
        await first.Leases.StoreAllAsync(default);
        Assert.Equal(60, await first.RenewAsync(2));

        var handing = first.HandOverAsync();
        await cluster.PassUntilAsync(() => handing.IsCompleted);
        var second = await cluster.LeaderAsync();
        Assert.NotEqual(first.MemberId, second.MemberId);
        Assert.InRange(await second.LeftAsync(1), 36, 41);
        Assert.InRange(await second.LeftAsync(2), 55, 60);
        Assert.Null(await first.Leases.TimeToLiveHereAsync(1, default));
    }

    [Fact]
    public async Task Leases_are_listed_in_the_order_of_their_end_by_the_leader()
    {
        await using var cluster = new EngineCluster(1);
        var engine = await cluster.LeaderAsync();
        await engine.GrantAsync(1, 100);
        await engine.GrantAsync(2, 10);
        await engine.GrantAsync(3, 50);

        Assert.Equal([2L, 3, 1], engine.Leases.List());
    }

    [Fact]
    public async Task A_revoked_lease_leaves_no_timer_behind()
    {
        await using var cluster = new EngineCluster(1);
        var engine = await cluster.LeaderAsync();
        await engine.GrantAsync(1, 1_000);
        Assert.Equal(StoreError.None, (await engine.ProposeOwnAsync(Command.NewLeaseRevoke(1), default)).Error);
        await engine.GrantAsync(1, 10);

        Assert.Equal([1L], engine.Leases.List());
        Assert.Equal(9, await LeftSoonAsync(cluster, engine));
        cluster.Clock.Advance(TimeSpan.FromSeconds(10));
        await EngineCluster.UntilAsync(() => engine.State.LeaseCount == 0);
        Assert.Empty(engine.Leases.List());
    }

    private static async Task<long> LeftSoonAsync(EngineCluster cluster, NodeEngine engine)
    {
        cluster.Clock.Advance(TimeSpan.FromMilliseconds(100));
        return await engine.LeftAsync(1);
    }

    private static async Task<NodeEngine> RestartAsync(EngineCluster cluster)
    {
        await cluster.StopAsync(0);
        cluster.Start(0);
        return await cluster.LeaderAsync();
    }

    /// <summary>The state of one when it is where the other is.</summary>
    private static async Task<ulong> HashAtAsync(EngineCluster cluster, NodeEngine one, NodeEngine other)
    {
        await cluster.PassUntilAsync(() => one.State.AppliedIndex == other.State.AppliedIndex);
        return one.State.StateHash();
    }
}
