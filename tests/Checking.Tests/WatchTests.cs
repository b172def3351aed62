using static Checking.Tests.Hand;

namespace Checking.Tests;

/// <summary>The guarantees of watches, each kept and broken.</summary>
public sealed class WatchTests
{
    private static readonly Row A1 = Row("a", "1", 2, 2, 1);
    private static readonly Row A2 = Row("a", "2", 2, 3, 2);
    private static readonly Row B1 = Row("b", "1", 4, 4, 1);

    private readonly Hand _hand = new();

    /// <summary>Revisions 2 to 6: a=1, a=2, b=1, nothing left, and two keys at once.</summary>
    private void Write()
    {
        _hand.Put("a", "1", 2);
        _hand.Put("a", "2", 3);
        _hand.Put("b", "1", 4);
        _hand.Do(new DeleteRange(KeyRange.All), new DeleteReply(5, 2));
        _hand.Do(new Txn([], [new Put("c", "1"), new Put("d", "1")], []), new TxnReply(6, true, [new PutReply(6), new PutReply(6)]));
    }

    private static WatchEvent[] All =>
    [
        Written(A1), Written(A2), Written(B1), Gone("a", 5), Gone("b", 5),
        Written(Row("c", "1", 6, 6, 1)), Written(Row("d", "1", 6, 6, 1)),
    ];

    private static WatchRequest From(long revision) => new(KeyRange.All, revision);

    [Fact]
    public void Everything_in_order_is_right()
    {
        Write();
        _hand.Send(_hand.Watch(6, From(1)), All);
        _hand.Send(_hand.Watch(6, From(4)), All[2..]);
        _hand.Send(_hand.Watch(6, new WatchRequest(new KeyRange("a"), 1)), All[0], All[1], All[3]);
        _hand.Send(_hand.Watch(6, new WatchRequest(KeyRange.All, 1, NoPut: true)), All[3..5]);
        _hand.Send(_hand.Watch(6, new WatchRequest(KeyRange.All, 1, NoDelete: true)), [.. All[..3], .. All[5..]]);
        _hand.Receive(_hand.Watch(6, new WatchRequest(new KeyRange("nothing"), 1)), new WatchResponse(6, []));
        _hand.Send(
            _hand.Watch(6, new WatchRequest(new KeyRange("a"), 3, PrevKv: true)), All[1] with { Previous = A1 }, All[3] with { Previous = A2 });
        Assert.Empty(_hand.Broken());
    }

    [Fact]
    public void A_watch_begins_after_the_revision_it_was_made_at()
    {
        var watch = _hand.Watch(1);
        Write();
        _hand.Send(watch, All);
        _hand.Send(_hand.Watch(4), All[3..]);
        Assert.Empty(_hand.Broken());
    }

    [Fact]
    public void What_was_not_asked_for_is_found()
    {
        Write();
        _hand.Send(_hand.Watch(6, new WatchRequest(new KeyRange("a"), 1)), All[..3]);
        Assert.Equal([Rules.WatchFilter], _hand.Broken());
    }

    [Fact]
    public void A_wrong_order_is_found()
    {
        Write();
        _hand.Send(_hand.Watch(6, From(1)), All[1], All[0]);
        Assert.Equal([Rules.WatchOrdered], _hand.Broken());
    }

    [Fact]
    public void An_event_twice_is_found()
    {
        Write();
        _hand.Send(_hand.Watch(6, From(1)), All[0], All[1], All[1]);
        Assert.Equal([Rules.WatchUnique], _hand.Broken());
    }

    [Fact]
    public void A_revision_in_two_responses_is_found()
    {
        Write();
        var watch = _hand.Watch(6, From(5));
        _hand.Send(watch, All[3]);
        _hand.Send(watch, All[4]);
        Assert.Equal([Rules.WatchAtomic], _hand.Broken());
    }

    [Fact]
    public void A_revision_in_fragments_is_right()
    {
        Write();
        var watch = _hand.Watch(6, From(5));
        _hand.Receive(watch, new WatchResponse(6, [All[3]], Fragment: true));
        _hand.Receive(watch, new WatchResponse(6, All[4..]));
        _hand.Receive(_hand.Watch(6, From(5)), new WatchResponse(6, [All[3]], Fragment: true));
        Assert.Empty(_hand.Broken());
    }

    [Fact]
    public void Half_a_revision_is_found()
    {
        Write();
        _hand.Send(_hand.Watch(6, From(5)), All[3], All[5], All[6]);
        Assert.Equal([Rules.WatchAtomic], _hand.Broken());
    }

    [Fact]
    public void A_gap_is_found()
    {
        Write();
        _hand.Send(_hand.Watch(6, From(1)), All[0], All[2]);
        Assert.Equal([Rules.WatchReliable], _hand.Broken());
    }

    [Fact]
    public void A_late_start_is_found()
    {
        Write();
        _hand.Send(_hand.Watch(6, From(3)), All[2..]);
        Assert.Equal([Rules.WatchResumable], _hand.Broken());
    }

    [Fact]
    public void An_early_start_is_found()
    {
        Write();
        _hand.Send(_hand.Watch(6, From(3)), All);
        Assert.Equal([Rules.WatchResumable], _hand.Broken());
    }

    [Fact]
    public void Progress_before_what_it_speaks_of_is_found()
    {
        Write();
        var watch = _hand.Watch(6, From(1));
        _hand.Send(watch, All[..2]);
        _hand.Receive(watch, new WatchResponse(4, []));
        Assert.Equal([Rules.WatchBookmarkable], _hand.Broken());
        _hand.Send(watch, All[2..]);
        Assert.Equal([Rules.WatchBookmarkable], _hand.Broken());
    }

    [Fact]
    public void A_new_key_that_is_told_as_old_is_found()
    {
        Write();
        _hand.Send(_hand.Watch(6, From(1)), All[0], Written(Row("a", "2", 3, 3, 1)));
        Assert.Equal([Rules.WatchIsCreate], _hand.Broken());
    }

    [Fact]
    public void A_wrong_row_before_is_found()
    {
        Write();
        _hand.Send(_hand.Watch(6, new WatchRequest(new KeyRange("a"), 3, PrevKv: true)), All[1] with { Previous = A2 });
        Assert.Equal([Rules.WatchPrevKv], _hand.Broken());
    }

    [Fact]
    public void A_row_before_is_missing_only_if_it_was_compacted()
    {
        Write();
        var request = new WatchRequest(new KeyRange("a"), 3, PrevKv: true);
        _hand.Send(_hand.Watch(6, request), All[1]);
        Assert.Equal([Rules.WatchPrevKv], _hand.Broken());

        var compacted = new WatchTests();
        compacted.Write();
        compacted._hand.Do(new Compact(3), new DoneReply(6));
        compacted._hand.Send(compacted._hand.Watch(6, request), All[1]);
        Assert.Empty(compacted._hand.Broken());
    }

    [Fact]
    public void What_never_happened_is_found()
    {
        Write();
        _hand.Send(_hand.Watch(6, new WatchRequest(new KeyRange("x"), 1)), Written(Row("x", "1", 4, 4, 1)));
        Assert.Equal([Rules.WatchGenuine], _hand.Broken());
    }

    [Fact]
    public void A_wrong_value_is_found()
    {
        Write();
        _hand.Send(_hand.Watch(6, From(1)), Written(A1 with { Value = "other" }));
        Assert.Equal([Rules.WatchGenuine], _hand.Broken());
    }

    [Fact]
    public void A_watch_tells_which_unknown_write_happened()
    {
        _hand.Unknown(new Put("a", "1"));
        _hand.Unknown(new Put("b", "1"));
        _hand.Unknown(new DeleteRange(KeyRange.All));
        var watch = _hand.Watch(1, From(1));
        _hand.Send(watch, Written(Row("b", "1", 2, 2, 1)), Gone("b", 3));
        Assert.Empty(_hand.Broken());
        _hand.Send(watch, Written(Row("b", "1", 4, 4, 1)));
        Assert.NotEmpty(_hand.Broken());
    }

    [Fact]
    public void An_event_before_its_write_is_found()
    {
        _hand.Send(_hand.Watch(1), All[0]);
        _hand.Put("a", "1", 2);
        Assert.Equal([Rules.WatchGenuine], _hand.Broken());
    }
}
