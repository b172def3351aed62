using Google.Protobuf;
using Kv.Node.Protos;
using Kv.Node.Watch;
using Xunit;

namespace Kv.Node.Tests.Watch;

/// <summary>Clients that do not keep up: nothing lost, nobody else delayed, no memory taken (W20).</summary>
public sealed class SlowConsumerTests
{
    private static readonly WatchSettings Tight = new() { PendingRowsMax = 8, SliceRows = 16, ResponseBytes = 64 };

    [Fact]
    public async Task A_stuck_client_gets_everything_once_it_reads_again()
    {
        await using var bench = new WatchBench(Tight);
        var session = bench.Open();
        await session.CreateAsync("k");
        session.Writer.Block();
        for (var i = 0; i < 1000; i++)
        {
            bench.Store.Put("k", $"{i}");
        }

        bench.Hub.Advance();
        Assert.Equal(0, bench.Hub.SyncedCount);
        Assert.InRange(session.Pending.Rows, 0, Tight.PendingRowsMax);

        session.Writer.Unblock();
        var events = await session.EventsAsync(1000);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), events.Select(e => e.Kv.Value.ToStringUtf8()));

        bench.Store.Put("k", "after");
        Assert.Equal("after", Assert.Single(await session.EventsAsync(1)).Kv.Value.ToStringUtf8());
        Assert.Equal(1, bench.Hub.SyncedCount);
    }

    [Fact]
    public async Task What_waits_for_a_stuck_client_is_bounded_in_bytes_too()
    {
        await using var bench = new WatchBench(new WatchSettings { PendingBytesMax = 10_000 });
        var session = bench.Open();
        await session.CreateAsync("k");
        session.Writer.Block();
        for (var i = 0; i < 100; i++)
        {
            bench.Store.Put("k", new string('v', 1_000));
            bench.Hub.Advance();
        }

        Assert.Equal(0, bench.Hub.SyncedCount);
        Assert.InRange(session.Pending.Bytes, 0, 11_100);
        session.Writer.Unblock();
        await session.EventsAsync(100);
        Assert.Equal((0, 0L), session.Pending);
    }

    [Fact]
    public async Task Many_watchers_that_lag_behind_on_one_stuck_stream_hold_no_more_than_one_slice()
    {
        await using var bench = new WatchBench(new WatchSettings { LaggingRowsMax = 200 });
        for (var i = 0; i < 100; i++)
        {
            bench.Store.Put("k");
        }

        var session = bench.Open();
        session.Writer.Block();
        for (var i = 0; i < 20; i++)
        {
            session.Send(new WatchCreateRequest { Key = ByteString.CopyFromUtf8("k"), StartRevision = 2 });
        }

        await session.TakenAsync();
        session.Writer.Unblock();
        var heard = new Dictionary<long, List<long>>();
        while (heard.Values.Sum(revisions => revisions.Count) < 20 * 100)
        {
            var response = await session.NextAsync();
            if (!heard.TryGetValue(response.WatchId, out var revisions))
            {
                heard.Add(response.WatchId, revisions = []);
            }

            revisions.AddRange(response.Events.Select(change => change.Kv.ModRevision));
            Assert.InRange(session.Pending.Rows, 0, 200);
        }

        Assert.All(heard.Values, revisions => Assert.Equal(Enumerable.Range(2, 100).Select(r => (long)r), revisions));
    }

    [Fact]
    public async Task A_stuck_client_does_not_delay_others()
    {
        await using var bench = new WatchBench(Tight);
        var stuck = bench.Open();
        var other = bench.Open();
        await stuck.CreateAsync("k");
        await other.CreateAsync("k");
        stuck.Writer.Block();

        for (var i = 0; i < 100; i++)
        {
            bench.Store.Put("k");
            Assert.Single(await other.EventsAsync(1));
        }

        stuck.Writer.Unblock();
        await stuck.EventsAsync(100);
    }

    [Fact]
    public async Task A_stuck_client_whose_history_is_compacted_is_told_so()
    {
        await using var bench = new WatchBench(Tight);
        var session = bench.Open();
        await session.CreateAsync("k");
        session.Writer.Block();
        for (var i = 0; i < 100; i++)
        {
            bench.Store.Put("k");
        }

        bench.Hub.Advance();
        bench.Store.Compact(90);
        bench.Store.Sweep();
        session.Writer.Unblock();

        var last = 0L;
        var response = await session.NextAsync();
        while (!response.Canceled)
        {
            last = response.Events[^1].Kv.ModRevision;
            response = await session.NextAsync();
        }

        Assert.True(last < 90);
        Assert.Equal(90, response.CompactRevision);
        Assert.Equal("", response.CancelReason);
    }

    [Fact]
    public async Task Compaction_right_behind_a_change_does_not_hide_it_from_a_watcher_that_keeps_up()
    {
        await using var bench = new WatchBench(isRunning: false);
        var session = bench.Open();
        await session.CreateAsync("k");

        bench.Store.Put("k", "1");
        bench.Store.Put("k", "2");
        var deleted = bench.Store.Delete("k");
        bench.Store.Compact(deleted);
        bench.Store.Sweep();
        bench.Hub.Advance();

        Assert.Equal([2L, 3, 4], (await session.EventsAsync(3)).Select(change => change.Kv.ModRevision));
    }

    [Fact]
    public async Task A_state_that_replaces_unseen_history_cancels_the_watchers()
    {
        await using var bench = new WatchBench(isRunning: false);
        var session = bench.Open();
        await session.CreateAsync("k");

        bench.Store.Apply(
            TestStore.PutCommand("k", "1"),
            TestStore.PutCommand("k", "2"),
            TestStore.PutCommand("k", "3"),
            Kv.Core.Apply.Command.NewCompact(4));
        bench.Hub.Advance();
        var canceled = await session.NextAsync();

        Assert.True(canceled.Canceled);
        Assert.Equal(4, canceled.CompactRevision);
    }

    [Fact]
    public async Task Whatever_the_ranges_and_the_stalls_every_watcher_hears_exactly_its_changes()
    {
        const int Seed = 20261123;
        var random = new Random(Seed);
        await using var bench = new WatchBench(Tight);
        var watchers = new List<(WatchSession Session, string Key, string End, List<Event> Heard)>();
        for (var i = 0; i < 12; i++)
        {
            var session = bench.Open();
            var key = $"{(char)('a' + random.Next(6))}";
            var end = random.Next(3) switch { 0 => "", 1 => "\0", _ => $"{(char)(key[0] + 1 + random.Next(4))}" };
            await session.CreateAsync(key, end, start: 2);
            watchers.Add((session, key, end, []));
        }

        var changes = new List<(string Key, long Revision)>();
        for (var i = 0; i < 2000; i++)
        {
            ToggleOne(watchers[random.Next(watchers.Count)].Session, random);
            var keys = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => $"{(char)('a' + random.Next(8))}").Distinct().ToArray();
            var revision = bench.Store.PutAll(keys);
            changes.AddRange(keys.Select(key => (key, revision)));
        }

        foreach (var (session, key, end, heard) in watchers)
        {
            session.Writer.Unblock();
            var expected = changes.Where(change => IsIn(change.Key, key, end)).ToArray();
            heard.AddRange(await session.EventsAsync(expected.Length));
            Assert.Equal(expected, heard.Select(e => (e.Kv.Key.ToStringUtf8(), e.Kv.ModRevision)));
            session.Writer.Unblock();
            await session.AssertSilentAsync();
        }
    }

    private static void ToggleOne(WatchSession session, Random random)
    {
        if (random.Next(2) == 0)
        {
            session.Writer.Unblock();
        }
        else
        {
            session.Writer.Unblock();
            session.Writer.Block();
        }
    }

    private static bool IsIn(string key, string start, string end) =>
        end.Length == 0 ? key == start
        : string.CompareOrdinal(key, start) >= 0 && (end == "\0" || string.CompareOrdinal(key, end) < 0);
}
