using Kv.Node.Protos;
using Kv.Node.Watch;
using Xunit;

namespace Kv.Node.Tests.Watch;

/// <summary>Progress, asked for and by the clock (W11–W13).</summary>
public sealed class WatchProgressTests
{
    [Fact]
    public async Task A_request_is_answered_after_all_events_up_to_its_revision()
    {
        await using var bench = new WatchBench(isRunning: false);
        var session = bench.Open();
        await session.CreateAsync("k");

        var revision = bench.Store.Put("k");
        session.AskProgress();
        var events = await session.NextAsync();
        var progress = await session.NextAsync();

        Assert.Equal(revision, Assert.Single(events.Events).Kv.ModRevision);
        Assert.Equal(-1, progress.WatchId);
        Assert.Empty(progress.Events);
        Assert.False(progress.Created || progress.Canceled);
        Assert.Equal(revision, progress.Header.Revision);
    }

    [Fact]
    public async Task Changes_of_other_keys_count_as_progress()
    {
        await using var bench = new WatchBench();
        var session = bench.Open();
        await session.CreateAsync("k");
        var revision = bench.Store.Put("other");

        session.AskProgress();

        Assert.Equal(revision, (await session.NextAsync()).Header.Revision);
    }

    [Fact]
    public async Task A_stream_without_watchers_stays_silent()
    {
        await using var bench = new WatchBench();
        var session = bench.Open();
        session.AskProgress();

        await session.AssertSilentAsync();
    }

    [Fact]
    public async Task A_stream_with_a_watcher_behind_stays_silent()
    {
        await using var bench = new WatchBench(new WatchSettings { SliceRows = 1, ResponseBytes = 1 });
        for (var i = 0; i < 10; i++)
        {
            bench.Store.Put("k");
        }

        var session = bench.Open();
        session.Writer.Block();
        session.Send(new WatchCreateRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("k"), StartRevision = 2 });
        session.AskProgress();
        await session.TakenAsync();
        session.Writer.Unblock();
        Assert.True((await session.NextAsync()).Created);

        await session.EventsAsync(10);
        await session.AssertSilentAsync();
    }

    [Fact]
    public async Task A_stream_with_a_watcher_of_the_future_stays_silent_until_it_starts()
    {
        await using var bench = new WatchBench();
        var session = bench.Open();
        var start = bench.Store.Put("other") + 2;
        await session.CreateAsync("k", start: start);
        session.AskProgress();
        await session.AssertSilentAsync();

        var revision = bench.Store.Put("other");
        session.AskProgress();

        Assert.Equal(revision, (await session.NextAsync()).Header.Revision);
    }

    [Fact]
    public async Task Quiet_watchers_that_want_it_hear_their_progress_by_the_clock()
    {
        await using var bench = new WatchBench(new WatchSettings { ProgressInterval = TimeSpan.Zero });
        var session = bench.Open();
        await session.CreateAsync("k");
        var wants = await session.CreateAsync("k", more: create => create.ProgressNotify = true);
        var revision = bench.Store.Put("other");

        var progress = await session.NextAsync();
        while (progress.Header.Revision < revision)
        {
            progress = await session.NextAsync();
        }

        Assert.Equal(wants.WatchId, progress.WatchId);
        Assert.Empty(progress.Events);
        Assert.Equal(revision, progress.Header.Revision);
    }

    [Fact]
    public async Task A_watcher_with_events_since_the_last_tick_or_behind_is_not_notified()
    {
        await using var bench = new WatchBench();
        var session = bench.Open();
        var wants = await session.CreateAsync("k", more: create => create.ProgressNotify = true);
        session.Tick();
        await session.AssertSilentAsync();
        bench.Store.Put("k");
        await session.EventsAsync(1);
        session.Tick();
        await session.AssertSilentAsync();

        session.Tick();
        var progress = await session.NextAsync();
        Assert.Equal((wants.WatchId, 0, 2L), (progress.WatchId, progress.Events.Count, progress.Header.Revision));
        session.Tick();
        Assert.Equal(wants.WatchId, (await session.NextAsync()).WatchId);
    }

    [Fact]
    public void The_interval_has_a_floor() =>
        Assert.Equal(
            TimeSpan.FromMilliseconds(100),
            new WatchSettings { ProgressInterval = TimeSpan.FromMilliseconds(1) }.ProgressInterval);
}
