using static Checking.Tests.Hand;

namespace Checking.Tests;

/// <summary>Durability, leases, locks, compaction and equal states, each kept and broken.</summary>
public sealed class OtherRuleTests
{
    private const long Second = 1_000_000_000;

    private readonly Hand _hand = new();

    [Fact]
    public void What_was_acknowledged_is_there_at_the_end()
    {
        _hand.Put("a", "1", 2);
        _hand.Put("b", "1", 3);
        _hand.Delete("a", 4);
        _hand.History.Final(new FinalState("n0", 4, [Row("b", "1", 3, 3, 1)]));
        _hand.History.Final(new FinalState("n1", 4, [Row("b", "1", 3, 3, 1)]));
        Assert.Empty(_hand.Broken());
        _hand.History.Final(new FinalState("n2", 4, []));
        Assert.Equal([Rules.Durable], _hand.Broken());
    }

    [Fact]
    public void A_member_that_ends_behind_is_found()
    {
        _hand.Put("a", "1", 2);
        _hand.History.Final(new FinalState("n0", 1, []));
        Assert.Equal([Rules.Durable], _hand.Broken());
    }

    [Fact]
    public void An_unknown_deletion_may_have_taken_a_key()
    {
        _hand.Put("a", "1", 2);
        _hand.Unknown(new DeleteRange(KeyRange.All));
        _hand.History.Final(new FinalState("n0", 3, []));
        Assert.Empty(_hand.Broken());
    }

    [Fact]
    public void A_lease_that_lives_its_time_after_the_last_renewal_is_right()
    {
        var lease = Leased();
        _hand.Tick(9_000);
        _hand.History.Renewed(lease, _hand.Now);
        _hand.Tick(10_000);
        _hand.Read(KeyRange.All, 3);
        Assert.Empty(_hand.Broken());
    }

    [Fact]
    public void A_lease_that_ends_early_is_found()
    {
        var lease = Leased();
        _hand.Tick(9_000);
        _hand.History.Renewed(lease, _hand.Now);
        _hand.Tick(9_000);
        _hand.Read(KeyRange.All, 3);
        Assert.Equal([Rules.LeaseNeverEarly], _hand.Broken());
        Assert.True(HistoryCheck.Run(_hand.History, new CheckOptions(ClockSkew: 2 * Second)).IsGood);
    }

    [Fact]
    public void A_lease_that_was_revoked_may_end()
    {
        var lease = Leased();
        _hand.History.Revoking(lease, _hand.Tick());
        _hand.Read(KeyRange.All, 3);
        Assert.Empty(_hand.Broken());
    }

    [Fact]
    public void A_lease_seen_gone_too_soon_is_found()
    {
        var lease = Leased();
        _hand.Tick(5_000);
        _hand.History.Gone(lease, "its time to live is -1", _hand.Now);
        Assert.Equal([Rules.LeaseNeverEarly], _hand.Broken());
    }

    [Fact]
    public void A_lock_has_one_holder()
    {
        Lease(1);
        Lease(2);
        var first = _hand.History.Acquired("l", 1, 1, "l/1", _hand.Tick());
        _hand.History.Releasing(first, _hand.Tick());
        _hand.History.Acquired("l", 2, 2, "l/2", _hand.Tick());
        _hand.History.Acquired("m", 1, 1, "m/1", _hand.Tick());
        Assert.Empty(_hand.Broken());
        _hand.History.Acquired("l", 1, 1, "l/1", _hand.Tick());
        Assert.Equal([Rules.LockExclusive], _hand.Broken());
    }

    [Fact]
    public void A_lock_whose_lease_may_be_over_may_have_another_holder()
    {
        Lease(1);
        _hand.History.Acquired("l", 1, 1, "l/1", _hand.Tick());
        _hand.Tick(10_000);
        Lease(2);
        _hand.History.Acquired("l", 2, 2, "l/2", _hand.Tick());
        Assert.Empty(_hand.Broken());
        Lease(3);
        _hand.History.Acquired("l", 3, 3, "l/3", _hand.Tick());
        Assert.Equal([Rules.LockExclusive], _hand.Broken());
    }

    [Fact]
    public void What_was_compacted_is_not_read_again()
    {
        var before = new ReadRange(KeyRange.All, Revision: 2);
        _hand.Put("a", "1", 2);
        _hand.Put("a", "2", 3);
        var concurrent = _hand.Call(before);
        _hand.Do(new Compact(3), new DoneReply(3));
        _hand.Return(concurrent, ReadReply.Of(3, Row("a", "1", 2, 2, 1)));
        _hand.Do(new ReadRange(KeyRange.All, Revision: 3), ReadReply.Of(3, Row("a", "2", 2, 3, 2)));
        _hand.Do(before with { Serializable = true }, ReadReply.Of(3, Row("a", "1", 2, 2, 1)));
        Assert.Empty(_hand.Broken());
        _hand.Do(before, ReadReply.Of(3, Row("a", "1", 2, 2, 1)));
        Assert.Equal([Rules.CompactionFinal], _hand.Broken());
    }

    [Fact]
    public void A_member_that_is_past_a_compaction_does_not_read_it_again()
    {
        _hand.Put("a", "1", 2);
        _hand.Put("a", "2", 3);
        _hand.Do(new Compact(3), new DoneReply(3));
        _hand.Put("a", "3", 4);
        _hand.Do(new ReadRange(KeyRange.All, Revision: 2, Serializable: true), ReadReply.Of(4, Row("a", "1", 2, 2, 1)));
        Assert.Equal([Rules.CompactionFinal], _hand.Broken());
    }

    [Fact]
    public void A_watch_does_not_bring_back_what_was_compacted()
    {
        _hand.Put("a", "1", 2);
        _hand.Put("a", "2", 3);
        _hand.Do(new Compact(3), new DoneReply(3));
        _hand.Put("a", "3", 4);
        _hand.Receive(_hand.Watch(4, new WatchRequest(KeyRange.All, 2)), new WatchResponse(4, [], Canceled: true, CompactRevision: 3));
        Assert.Empty(_hand.Broken());
        _hand.Send(_hand.Watch(4, new WatchRequest(KeyRange.All, 2)), Written(Row("a", "1", 2, 2, 1)));
        Assert.Equal([Rules.CompactionFinal], _hand.Broken());
    }

    [Fact]
    public void A_watch_is_not_ended_by_what_it_does_not_need()
    {
        _hand.Put("a", "1", 2);
        _hand.Put("a", "2", 3);
        _hand.Receive(_hand.Watch(3, new WatchRequest(KeyRange.All, 3)), new WatchResponse(3, [], Canceled: true, CompactRevision: 3));
        Assert.Equal([Rules.CompactionFinal], _hand.Broken());
    }

    [Fact]
    public void Equal_places_have_equal_states()
    {
        _hand.History.Observe(new StateObservation("n0", StateNumber.AppliedIndex, 5, 0, "x"));
        _hand.History.Observe(new StateObservation("n1", StateNumber.AppliedIndex, 5, 0, "x"));
        _hand.History.Observe(new StateObservation("n1", StateNumber.AppliedIndex, 6, 0, "y"));
        _hand.History.Observe(new StateObservation("n1", StateNumber.Revision, 5, 0, "z"));
        Assert.Empty(_hand.Broken());
        _hand.History.Observe(new StateObservation("n2", StateNumber.AppliedIndex, 6, 0, "x"));
        Assert.Equal([Rules.EqualState], _hand.Broken());
    }

    /// <summary>A lease of ten seconds with the key at revision 2.</summary>
    private LeaseRecord Leased()
    {
        var lease = Lease(7);
        _hand.Put("a", "1", 2, lease: 7);
        return lease;
    }

    private LeaseRecord Lease(long id) => _hand.History.Granted(id, 10 * Second, _hand.Now);
}
