using static Checking.Tests.Hand;

namespace Checking.Tests;

/// <summary>Answers that fit into one order, and answers that do not.</summary>
public sealed class LinearizabilityTests
{
    private static readonly KeyRange A = new("a");

    private readonly Hand _hand = new();

    [Fact]
    public void One_after_the_other()
    {
        _hand.Put("a", "1", 2);
        _hand.Put("a", "2", 3);
        _hand.Put("b", "3", 4);
        _hand.Read(KeyRange.All, 4, Row("a", "2", 2, 3, 2), Row("b", "3", 4, 4, 1));
        _hand.Delete("a", 5);
        _hand.Delete("a", 5, deleted: 0);
        _hand.Put("a", "4", 6);
        _hand.Read(A, 6, Row("a", "4", 6, 6, 1));
        Assert.Empty(_hand.Broken());
    }

    [Fact]
    public void Concurrent_writes_are_ordered_by_their_revisions()
    {
        var first = _hand.Call(new Put("a", "1"));
        var second = _hand.Call(new Put("a", "2"));
        _hand.Return(first, new PutReply(3));
        _hand.Return(second, new PutReply(2));
        _hand.Read(A, 3, Row("a", "1", 2, 3, 2));
        Assert.Empty(_hand.Broken());
    }

    [Fact]
    public void A_stale_read_is_found()
    {
        _hand.Put("a", "1", 2);
        _hand.Put("a", "2", 3);
        _hand.Read(A, 2, Row("a", "1", 2, 2, 1));
        Assert.Equal([Rules.Linearizable], _hand.Broken());
    }

    [Fact]
    public void A_concurrent_read_may_be_of_before()
    {
        _hand.Put("a", "1", 2);
        var read = _hand.Call(new ReadRange(A));
        _hand.Put("a", "2", 3);
        _hand.Return(read, ReadReply.Of(2, Row("a", "1", 2, 2, 1)));
        Assert.Empty(_hand.Broken());
    }

    [Fact]
    public void A_write_that_comes_before_one_that_was_over_is_found()
    {
        _hand.Put("a", "1", 3);
        _hand.Put("a", "2", 2);
        Assert.Contains(Rules.Linearizable, _hand.Broken());
    }

    [Fact]
    public void Two_writes_with_one_revision_are_found()
    {
        _hand.Put("a", "1", 2);
        _hand.Put("a", "2", 2);
        Assert.Contains(Rules.Linearizable, _hand.Broken());
    }

    [Fact]
    public void A_wrong_value_is_found()
    {
        _hand.Put("a", "1", 2);
        _hand.Read(A, 2, Row("a", "other", 2, 2, 1));
        Assert.Equal([Rules.Linearizable], _hand.Broken());
    }

    [Fact]
    public void A_wrong_version_is_found()
    {
        _hand.Put("a", "1", 2);
        _hand.Put("a", "2", 3);
        _hand.Read(A, 3, Row("a", "2", 2, 3, 1));
        Assert.Equal([Rules.Linearizable], _hand.Broken());
    }

    [Fact]
    public void A_revision_that_nobody_made_is_found()
    {
        _hand.Put("a", "1", 2);
        _hand.Put("a", "2", 4);
        Assert.Equal([Rules.Linearizable], _hand.Broken());
    }

    [Fact]
    public void A_refused_write_with_an_effect_is_found()
    {
        var refused = _hand.Call(new Put("a", "1"));
        _hand.History.Fail(refused, "refused", _hand.Tick());
        _hand.Read(A, 2, Row("a", "1", 2, 2, 1));
        Assert.Equal([Rules.Linearizable], _hand.Broken());
    }

    [Fact]
    public void A_limit_and_its_count_are_judged()
    {
        _hand.Put("a", "1", 2);
        _hand.Put("b", "1", 3);
        _hand.Do(new ReadRange(KeyRange.All, Limit: 1), new ReadReply(3, [Row("a", "1", 2, 2, 1)], 2, More: true));
        Assert.Empty(_hand.Broken());
        _hand.Do(new ReadRange(KeyRange.All, Limit: 1), new ReadReply(3, [Row("a", "1", 2, 2, 1)], 1, More: true));
        Assert.Equal([Rules.Linearizable], _hand.Broken());
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 2)]
    public void A_transaction_that_takes_the_wrong_branch_is_found(bool succeeded, long revision)
    {
        var txn = new Txn(
            [new Compare(A, CompareTarget.Version, CompareSign.Equal, 1), new Compare(A, CompareTarget.Value, CompareSign.Equal, Value: "1")],
            [new Put("b", "2"), new ReadRange(KeyRange.All)], [new ReadRange(A)]);
        TxnReply Taken(long at) => new(at, true, [new PutReply(at), ReadReply.Of(at, Row("a", "1", 2, 2, 1), Row("b", "2", at, at, 1))]);
        _hand.Put("a", "1", 2);
        _hand.Do(txn, succeeded ? Taken(3) : new TxnReply(2, false, [ReadReply.Of(2, Row("a", "1", 2, 2, 1))]));
        Assert.Equal(succeeded ? [] : [Rules.Linearizable], _hand.Broken());
        _hand.Put("a", "3", revision + 1);
        _hand.Do(txn, Taken(revision + 2));
        Assert.Equal([Rules.Linearizable], _hand.Broken());
    }

    [Fact]
    public void A_transaction_deletes_and_tells_the_rows_before()
    {
        _hand.Put("a", "1", 2);
        _hand.Put("b", "1", 3);
        _hand.Do(
            new Txn([], [new DeleteRange(KeyRange.All, PrevKv: true), new ReadRange(A)], []),
            new TxnReply(4, true, [new DeleteReply(4, 2, [Row("a", "1", 2, 2, 1), Row("b", "1", 3, 3, 1)]), ReadReply.Of(4)]));
        _hand.Read(KeyRange.All, 4);
        Assert.Empty(_hand.Broken());
    }

    [Fact]
    public void An_unknown_write_may_have_happened_or_not()
    {
        _hand.Unknown(new Put("a", "1"));
        _hand.Unknown(new Put("a", "2"));
        _hand.Read(A, 1);
        _hand.Put("b", "1", 2);
        _hand.Read(A, 3, Row("a", "2", 3, 3, 1));
        Assert.Empty(_hand.Broken());
    }

    [Fact]
    public void An_unknown_write_happens_once()
    {
        _hand.Unknown(new Put("a", "1"));
        _hand.Read(A, 2, Row("a", "1", 2, 2, 1));
        _hand.Read(A, 3, Row("a", "1", 2, 3, 2));
        Assert.Equal([Rules.Linearizable], _hand.Broken());
    }

    [Fact]
    public void An_unknown_write_does_not_happen_before_it_is_asked_for()
    {
        _hand.Put("b", "1", 3);
        _hand.Unknown(new Put("a", "1"));
        _hand.Read(A, 3, Row("a", "1", 2, 2, 1));
        Assert.Equal([Rules.Linearizable], _hand.Broken());
    }

    [Fact]
    public void What_was_not_seen_is_found_by_what_follows_from_it()
    {
        // Revision 2 was one of three, and only "c" makes the version of the last read right.
        _hand.Unknown(new Put("a", "1"));
        _hand.Unknown(new Put("b", "1"));
        _hand.Unknown(new Put("c", "1"));
        _hand.Put("d", "1", 3);
        _hand.Put("c", "2", 4);
        _hand.Put("d", "2", 5);
        _hand.Read(KeyRange.All, 5, Row("c", "2", 2, 4, 2), Row("d", "2", 3, 5, 2));
        Assert.Empty(_hand.Broken());
        _hand.Read(KeyRange.All, 5, Row("a", "1", 2, 2, 1), Row("c", "2", 4, 4, 1), Row("d", "2", 3, 5, 2));
        Assert.Equal([Rules.Linearizable], _hand.Broken());
    }

    [Fact]
    public void What_an_earlier_choice_used_up_is_freed_again()
    {
        // The first guess for revision 2 (the older operation) takes what only revision 4 can be made of.
        _hand.Unknown(new DeleteRange(KeyRange.Prefix("x")));
        _hand.Unknown(new Put("x1", "1"));
        _hand.Unknown(new Put("y", "1"));
        _hand.Put("x2", "1", 3);
        _hand.Read(new KeyRange("x2"), 4);
        _hand.Put("z", "1", 5);
        _hand.Read(new KeyRange("y"), 6, Row("y", "1", 6, 6, 1));
        Assert.Empty(_hand.Broken());
    }

    [Fact]
    public void The_end_of_a_lease_makes_a_revision()
    {
        _hand.Do(new GrantLease(7), new DoneReply(1));
        _hand.Put("a", "1", 2, lease: 7);
        _hand.Put("b", "1", 3, lease: 7);
        _hand.Put("c", "1", 5);
        _hand.Read(KeyRange.All, 5, Row("c", "1", 5, 5, 1));
        Assert.Empty(_hand.Broken());
        _hand.Put("a", "2", 6, lease: 7);
        Assert.Equal([Rules.Linearizable], _hand.Broken());
    }

    [Fact]
    public void A_revoked_lease_leaves_no_keys()
    {
        _hand.Put("a", "1", 2, lease: 7);
        _hand.Do(new RevokeLease(7), new DoneReply(3));
        _hand.Read(KeyRange.All, 3);
        Assert.Empty(_hand.Broken());
        _hand.Read(A, 3, Row("a", "1", 2, 2, 1, lease: 7));
        Assert.Equal([Rules.Linearizable], _hand.Broken());
    }

    [Fact]
    public void A_history_begins_where_another_ended()
    {
        var hand = new Hand(new FinalState("", 10, [Row("a", "1", 4, 9, 3)]));
        hand.Put("a", "2", 11);
        hand.Read(A, 11, Row("a", "2", 4, 11, 4));
        hand.Do(new ReadRange(A, Revision: 5), ReadReply.Of(11, Row("a", "0", 4, 5, 2)));
        Assert.Empty(hand.Broken());
        Assert.Equal(1, HistoryCheck.Run(hand.History).Unjudged);
    }

    [Fact]
    public void What_is_open_is_carried_over()
    {
        var open = _hand.Unknown(new Put("a", "late"));
        _hand.Put("b", "1", 2);
        var before = HistoryCheck.Run(_hand.History);
        Assert.Equal([open], before.Timeline!.Open);
        var next = new History(before.Timeline.End, before.Timeline.Open);
        next.Return(next.Call(1, new ReadRange(A), _hand.Tick()), ReadReply.Of(3, Row("a", "late", 3, 3, 1)), _hand.Tick());
        Assert.True(HistoryCheck.Run(next).IsGood);
        Assert.False(HistoryCheck.Run(Alone(before.Timeline.End)).IsGood);

        History Alone(FinalState initial)
        {
            var history = new History(initial);
            history.Return(history.Call(1, new ReadRange(A), _hand.Tick()), ReadReply.Of(3, Row("a", "late", 3, 3, 1)), _hand.Tick());
            return history;
        }
    }

    [Fact]
    public void A_budget_that_is_used_up_is_neither_right_nor_wrong()
    {
        for (var i = 0; i < 12; i++)
        {
            _hand.Unknown(new Put($"k{i}", "1"));
        }

        _hand.Read(new KeyRange("none"), 12);
        var report = HistoryCheck.Run(_hand.History, new CheckOptions(StepsMax: 5));
        Assert.False(report.IsGood);
        Assert.Empty(report.Violations);
        Assert.Single(report.Undecided);
        Assert.True(HistoryCheck.Run(_hand.History).IsGood);
    }

    [Fact]
    public void A_serializable_read_is_of_any_revision_but_true_to_it()
    {
        var read = new ReadRange(A, Serializable: true);
        _hand.Put("a", "1", 2);
        _hand.Put("a", "2", 3);
        _hand.Do(read, ReadReply.Of(2, Row("a", "1", 2, 2, 1)));
        _hand.Do(read, ReadReply.Of(1));
        Assert.Empty(_hand.Broken());
        _hand.Do(read, ReadReply.Of(2));
        Assert.Equal([Rules.SerializableRead], _hand.Broken());
    }

    [Fact]
    public void A_read_at_a_revision_is_the_state_at_it()
    {
        _hand.Put("a", "1", 2);
        _hand.Put("a", "2", 3);
        _hand.Do(new ReadRange(A, Revision: 2), ReadReply.Of(3, Row("a", "1", 2, 2, 1)));
        Assert.Empty(_hand.Broken());
        _hand.Do(new ReadRange(A, Revision: 2), ReadReply.Of(3, Row("a", "2", 2, 3, 2)));
        Assert.Equal([Rules.SerializableRead], _hand.Broken());
    }

    [Fact]
    public void A_serializable_read_from_the_future_is_found()
    {
        _hand.Do(new ReadRange(A, Serializable: true), ReadReply.Of(2, Row("a", "1", 2, 2, 1)));
        _hand.Put("a", "1", 2);
        Assert.Equal([Rules.SerializableRead], _hand.Broken());
    }

    [Fact]
    public void A_read_at_a_revision_that_is_still_to_come_is_found()
    {
        _hand.Do(new ReadRange(A, Revision: 5), ReadReply.Of(1));
        Assert.Equal([Rules.SerializableRead], _hand.Broken());
    }
}
