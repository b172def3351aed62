using Google.Protobuf;
using Kv.Core.Mvcc;
using Kv.Node.Protos;
using Kv.Node.Watch;
using Xunit;
using PutRequest = Kv.Core.Mvcc.PutRequest;
using TxnRequest = Kv.Core.Mvcc.TxnRequest;

namespace Kv.Node.Tests.Watch;

/// <summary>What a watch stream says, row by row of etcd-facts W.</summary>
public sealed class WatchStreamTests
{
    private const string CompactedText = "etcdserver: mvcc: required revision has been compacted";

    [Fact]
    public async Task Created_comes_first_and_carries_the_revision_before_the_first_event()
    {
        await using var bench = new WatchBench();
        var before = bench.Store.Put("k", "old");
        var session = bench.Open();

        var created = await session.CreateAsync("k");
        var revision = bench.Store.Put("k", "new");
        var response = await session.NextAsync();

        Assert.Equal(before, created.Header.Revision);
        Assert.Equal(0, created.WatchId);
        Assert.False(created.Canceled);
        var change = Assert.Single(response.Events);
        Assert.Equal(Event.Types.EventType.Put, change.Type);
        Assert.Equal("new", change.Kv.Value.ToStringUtf8());
        Assert.Equal(revision, change.Kv.ModRevision);
        Assert.Equal(2, change.Kv.Version);
        Assert.True(response.Header.Revision >= revision);
    }

    [Fact]
    public async Task A_deletion_shows_key_and_revision_only()
    {
        await using var bench = new WatchBench();
        bench.Store.Put("k");
        var session = bench.Open();
        await session.CreateAsync("k");

        var revision = bench.Store.Delete("k");
        var change = Assert.Single(await session.EventsAsync(1));

        var expected = new Event
        {
            Type = Event.Types.EventType.Delete,
            Kv = new KeyValue { Key = ByteString.CopyFromUtf8("k"), ModRevision = revision },
        };
        Assert.Equal(expected, change);
    }

    [Fact]
    public async Task Ids_are_counted_from_zero_around_those_the_client_chose()
    {
        await using var bench = new WatchBench();
        var session = bench.Open();

        Assert.Equal(1, (await session.CreateAsync("a", more: create => create.WatchId = 1)).WatchId);
        Assert.Equal(0, (await session.CreateAsync("a")).WatchId);
        Assert.Equal(2, (await session.CreateAsync("a")).WatchId);
    }

    [Fact]
    public async Task A_duplicate_id_is_refused()
    {
        await using var bench = new WatchBench();
        var session = bench.Open();
        await session.CreateAsync("a", more: create => create.WatchId = 5);

        var refused = await session.CreateAsync("b", more: create => create.WatchId = 5);

        Assert.True(refused.Canceled);
        Assert.Equal(-1, refused.WatchId);
        Assert.Equal("mvcc: duplicate watch ID provided on the WatchStream", refused.CancelReason);
    }

    [Fact]
    public async Task A_negative_start_is_refused()
    {
        await using var bench = new WatchBench();
        var refused = await bench.Open().CreateAsync("a", start: -1);

        Assert.True(refused.Canceled);
        Assert.Equal(-1, refused.WatchId);
        Assert.Equal(CompactedText, refused.CancelReason);
    }

    [Theory]
    [InlineData("b", "b")]
    [InlineData("b", "a")]
    public async Task An_empty_range_is_refused(string key, string end)
    {
        await using var bench = new WatchBench();
        var refused = await bench.Open().CreateAsync(key, end);

        Assert.True(refused.Canceled);
        Assert.Equal(-1, refused.WatchId);
        Assert.Equal("mvcc: watcher range is empty", refused.CancelReason);
    }

    [Fact]
    public async Task Cancelling_answers_once_and_ends_the_events()
    {
        await using var bench = new WatchBench();
        var session = bench.Open();
        await session.CreateAsync("k");

        session.Cancel(0);
        var canceled = await session.NextAsync();
        session.Cancel(0);
        session.Cancel(99);
        bench.Store.Put("k");

        Assert.True(canceled.Canceled);
        Assert.False(canceled.Created);
        Assert.Equal("", canceled.CancelReason);
        await session.AssertSilentAsync();
        Assert.Equal(0, bench.Hub.SyncedCount);
    }

    [Fact]
    public async Task History_is_replayed_from_the_start_revision_and_goes_over_into_the_present()
    {
        await using var bench = new WatchBench(new WatchSettings { SliceRows = 3 });
        for (var i = 0; i < 20; i++)
        {
            bench.Store.Put("k", $"{i}");
            bench.Store.Put("other");
        }

        var session = bench.Open();
        await session.CreateAsync("k", start: 4);
        var past = await session.EventsAsync(19);
        bench.Store.Put("k", "20");
        var present = await session.EventsAsync(1);

        Assert.Equal(
            Enumerable.Range(1, 20).Select(i => $"{i}"),
            past.Concat(present).Select(change => change.Kv.Value.ToStringUtf8()));
    }

    [Fact]
    public async Task A_start_before_the_compacted_revision_is_created_then_cancelled_without_a_reason()
    {
        await using var bench = new WatchBench();
        for (var i = 0; i < 5; i++)
        {
            bench.Store.Put("k");
        }

        bench.Store.Compact(4);
        var session = bench.Open();
        var created = await session.CreateAsync("k", start: 3);
        var canceled = await session.NextAsync();

        Assert.False(created.Canceled);
        Assert.True(canceled.Canceled);
        Assert.Equal(4, canceled.CompactRevision);
        Assert.Equal(0, canceled.Header.Revision);
        Assert.Equal("", canceled.CancelReason);
        Assert.Equal(created.WatchId, canceled.WatchId);
    }

    [Fact]
    public async Task A_start_at_the_compacted_revision_is_served()
    {
        await using var bench = new WatchBench();
        for (var i = 0; i < 5; i++)
        {
            bench.Store.Put("k");
        }

        bench.Store.Compact(4);
        bench.Store.Sweep();
        var session = bench.Open();
        await session.CreateAsync("k", start: 4);

        Assert.Equal([4L, 5, 6], (await session.EventsAsync(3)).Select(change => change.Kv.ModRevision));
    }

    [Fact]
    public async Task A_future_start_hears_nothing_older()
    {
        await using var bench = new WatchBench();
        var session = bench.Open();
        await session.CreateAsync("k", start: 4);
        for (var i = 0; i < 4; i++)
        {
            bench.Store.Put("k");
        }

        Assert.Equal([4L, 5], (await session.EventsAsync(2)).Select(change => change.Kv.ModRevision));
    }

    [Fact]
    public async Task Filters_drop_silently()
    {
        await using var bench = new WatchBench();
        var session = bench.Open();
        await session.CreateAsync("k", more: c => c.Filters.Add(WatchCreateRequest.Types.FilterType.Noput));
        await session.CreateAsync("k", more: c => c.Filters.Add(WatchCreateRequest.Types.FilterType.Nodelete));

        bench.Store.Put("k");
        bench.Store.Delete("k");
        var first = await session.NextAsync();
        var second = await session.NextAsync();

        var byId = new[] { first, second }.ToDictionary(response => response.WatchId);
        Assert.Equal(Event.Types.EventType.Delete, Assert.Single(byId[0].Events).Type);
        Assert.Equal(Event.Types.EventType.Put, Assert.Single(byId[1].Events).Type);
        await session.AssertSilentAsync();
    }

    [Fact]
    public async Task The_previous_pair_is_sent_if_asked_for_and_there()
    {
        await using var bench = new WatchBench();
        var session = bench.Open();
        await session.CreateAsync("k", more: create => create.PrevKv = true);
        await session.CreateAsync("k");

        bench.Store.Put("k", "1");
        bench.Store.Put("k", "2");
        bench.Store.Delete("k");
        var with = new List<Event>();
        var without = new List<Event>();
        while (with.Count + without.Count < 6)
        {
            var response = await session.NextAsync();
            (response.WatchId == 0 ? with : without).AddRange(response.Events);
        }

        Assert.Equal([null, "1", "2"], with.Select(change => change.PrevKv?.Value.ToStringUtf8()));
        Assert.All(without, change => Assert.Null(change.PrevKv));
    }

    [Fact]
    public async Task All_changes_of_a_revision_come_in_one_response_in_key_order()
    {
        await using var bench = new WatchBench(new WatchSettings { PendingRowsMax = 1, SliceRows = 1, ResponseBytes = 1 });
        var session = bench.Open();
        await session.CreateAsync("a", "z");

        bench.Store.PutAll("c", "a", "b");
        var response = await session.NextAsync();

        Assert.Equal(["c", "a", "b"], response.Events.Select(change => change.Kv.Key.ToStringUtf8()));
        Assert.Single(response.Events.Select(change => change.Kv.ModRevision).Distinct());
    }

    [Fact]
    public async Task A_key_deleted_and_put_in_one_transaction_shows_both()
    {
        await using var bench = new WatchBench();
        bench.Store.Put("a", "old");
        var session = bench.Open();
        await session.CreateAsync("a");

        bench.Store.Txn(new TxnRequest(
            [],
            [
                Operation.NewDelete(new DeleteRequest(TestStore.Bytes("a"), new byte[1])),
                Operation.NewPut(new PutRequest(TestStore.Bytes("a"), TestStore.Bytes("new"), 0)),
            ],
            []));
        var response = await session.NextAsync();

        Assert.Equal(
            [Event.Types.EventType.Delete, Event.Types.EventType.Put],
            response.Events.Select(change => change.Type));
        Assert.Equal(1, response.Events[1].Kv.Version);
        Assert.Equal("new", System.Text.Encoding.UTF8.GetString(bench.Store.State.Get(TestStore.Bytes("a"), 0).Value.Span));
    }

    [Fact]
    public async Task A_large_revision_is_split_only_for_watchers_that_agreed()
    {
        await using var bench = new WatchBench(new WatchSettings { FragmentBytes = 64 });
        var session = bench.Open();
        await session.CreateAsync("a", "z", more: create => create.Fragment = true);
        await session.CreateAsync("a", "z");

        bench.Store.PutAll("a", "b", "c", "d", "e", "f");
        var fragments = new List<WatchResponse>();
        var whole = new List<WatchResponse>();
        while (fragments.Sum(r => r.Events.Count) + whole.Sum(r => r.Events.Count) < 12)
        {
            var response = await session.NextAsync();
            (response.WatchId == 0 ? fragments : whole).Add(response);
        }

        Assert.Equal(6, Assert.Single(whole).Events.Count);
        Assert.True(fragments.Count > 1);
        Assert.All(fragments.SkipLast(1), part => Assert.True(part.Fragment));
        Assert.False(fragments[^1].Fragment);
        Assert.All(fragments, part => Assert.True(part.CalculateSize() <= 64));
    }

    [Fact]
    public async Task The_end_of_the_requests_does_not_end_the_events()
    {
        await using var bench = new WatchBench();
        var session = bench.Open();
        await session.CreateAsync("k");
        session.EndRequests();

        bench.Store.Put("k");

        Assert.Single(await session.EventsAsync(1));
        Assert.False(session.Running.IsCompleted);
    }

    [Theory]
    [InlineData("", "", "\0")]
    [InlineData("", "\0", "\0,a,b,c,d")]
    [InlineData("b", "\0", "b,c,d")]
    [InlineData("b", "d", "b,c")]
    [InlineData("b", "", "b")]
    public async Task Ranges_mean_what_they_mean_in_etcd(string key, string end, string heard)
    {
        await using var bench = new WatchBench();
        var session = bench.Open();
        await session.CreateAsync(key, end);
        foreach (var each in new[] { "\0", "a", "b", "c", "d" })
        {
            bench.Store.Put(each);
        }

        var expected = heard.Split(',');
        var events = await session.EventsAsync(expected.Length);

        Assert.Equal(expected, events.Select(change => change.Kv.Key.ToStringUtf8()));
        await session.AssertSilentAsync();
    }
}
