using Kv.Node.Grpc;
using Kv.Node.Protos;
using Xunit;
using static Kv.Node.Tests.Grpc.Requests;

namespace Kv.Node.Tests.Grpc;

/// <summary>What is refused before it is proposed.</summary>
public sealed class ValidationTests
{
    private const string Empty = "etcdserver: key is not provided";
    private const string Duplicate = "etcdserver: duplicate key given in txn request";
    private const string TooMany = "etcdserver: too many operations in txn request";

    [Fact]
    public void A_key_is_needed()
    {
        Refused(Empty, () => KvValidation.Check(new RangeRequest()));
        Refused(Empty, () => KvValidation.Check(new PutRequest()));
        Refused(Empty, () => KvValidation.Check(new DeleteRangeRequest()));
        Refused(Empty, new TxnRequest { Compare = { new Compare() } });
        Refused(Empty, Then(Put("")));
        Refused(Empty, Then(Delete("")));
        Refused(Empty, Then(Range("")));
        Refused(Empty, Then(Txn([Put("")])));
    }

    [Fact]
    public void Ignoring_a_value_or_a_lease_excludes_giving_one()
    {
        Refused(
            "etcdserver: value is provided",
            () => KvValidation.Check(new PutRequest { Key = Text("k"), Value = Text("v"), IgnoreValue = true }));
        Refused(
            "etcdserver: lease is provided",
            () => KvValidation.Check(new PutRequest { Key = Text("k"), Lease = 1, IgnoreLease = true }));
        KvValidation.Check(new PutRequest { Key = Text("k"), IgnoreValue = true, IgnoreLease = true });
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 5)]
    [InlineData(0, -1)]
    public void An_unknown_sort_option_is_refused(int order, int target)
    {
        var request = new RangeRequest
        {
            Key = Text("k"),
            SortOrder = (RangeRequest.Types.SortOrder)order,
            SortTarget = (RangeRequest.Types.SortTarget)target,
        };
        Refused("etcdserver: invalid sort option", () => KvValidation.Check(request));
    }

    [Fact]
    public void Each_list_of_a_transaction_is_limited()
    {
        RequestOp[] three = [Range("a"), Range("b"), Range("c")];
        Refused(TooMany, Then(three), operationsMax: 2);
        Refused(TooMany, new TxnRequest { Failure = { three } }, operationsMax: 2);
        Refused(TooMany, new TxnRequest { Compare = { NewCompare(), NewCompare(), NewCompare() } }, operationsMax: 2);
        TxnValidation.Check(new TxnRequest { Success = { three }, Failure = { three } }, 3);
    }

    [Fact]
    public void A_nested_transaction_has_what_its_parent_left()
    {
        TxnValidation.Check(Then(Range("a"), Txn([Range("b")])), 3);
        Refused(TooMany, Then(Range("a"), Txn([Range("b"), Range("c")])), operationsMax: 3);
    }

    [Fact]
    public void An_operation_must_be_something() => Refused("etcdserver: key not found", Then(new RequestOp()));

    [Theory]
    [InlineData(4, 0)]
    [InlineData(0, 5)]
    public void A_compare_must_compare(int result, int target)
    {
        var compare = NewCompare();
        compare.Result = (Compare.Types.CompareResult)result;
        compare.Target = (Compare.Types.CompareTarget)target;
        Refused("etcdserver: invalid compare", new TxnRequest { Compare = { compare } });
    }

    private static (string What, RequestOp[] Branch, bool IsAllowed)[] Branches =>
    [
        ("two puts of a key", [Put("a"), Put("a")], false),
        ("puts of two keys", [Put("a"), Put("b")], true),
        ("a put of a deleted key", [Put("a"), Delete("a")], false),
        ("a put in a deleted range", [Delete("a", "c"), Put("b")], false),
        ("a put at the end of a deleted range", [Delete("a", "c"), Put("c")], true),
        ("a put in a range deleted to the end", [Delete("a", "\0"), Put("b")], true),
        ("deletions over each other", [Delete("a", "c"), Delete("b"), Delete("b", "d")], true),
        ("a put behind two ranges that touch", [Delete("a", "c"), Delete("c", "e"), Put("d")], false),
        ("a put in the gap of two ranges", [Delete("a", "b"), Delete("d", "e"), Put("c")], true),
        ("a put in an inside-out range", [Delete("c", "a"), Put("b")], true),
        ("a nested put of the same key", [Put("a"), Txn([Put("a")])], false),
        ("a nested put in the other branch, too", [Txn([Put("a")], Put("a"))], true),
        ("a put beside nested ones in both branches", [Txn([Put("a")], Put("a")), Put("a")], false),
        ("a nested put of a deleted key", [Delete("a"), Txn([], Put("a"))], false),
        ("a put of a key deleted inside", [Txn([Delete("a")]), Put("a")], false),
        ("two nested puts of one key", [Txn([Put("a")]), Txn([Put("a")])], false),
        ("a range beside a put", [Put("a"), Range("a")], true),
    ];

    [Fact]
    public void No_branch_writes_a_key_twice()
    {
        foreach (var (what, branch, isAllowed) in Branches)
        {
            foreach (var request in new[] { Then(branch), new TxnRequest { Failure = { branch } } })
            {
                var error = Record.Exception(() => TxnValidation.Check(request, 128));
                Assert.True((error is null) == isAllowed, what);
                Assert.True(isAllowed || error!.Message == Duplicate, what);
            }
        }
    }

    [Fact]
    public void The_two_branches_do_not_count_against_each_other() =>
        TxnValidation.Check(new TxnRequest { Success = { Put("a") }, Failure = { Put("a"), Delete("b") } }, 128);

    [Fact]
    public void Only_ranges_make_a_transaction_read_only()
    {
        Assert.True(TxnValidation.IsReadOnly(new TxnRequest()));
        Assert.True(TxnValidation.IsReadOnly(Then(Range("a"))));
        Assert.False(TxnValidation.IsReadOnly(Then(Range("a"), Put("b"))));
        Assert.False(TxnValidation.IsReadOnly(new TxnRequest { Failure = { Delete("a") } }));
        Assert.False(TxnValidation.IsReadOnly(Then(Txn([Range("a")]))));
        Assert.True(TxnValidation.IsSerializable(Then(Range("a", serializable: true))));
        Assert.False(TxnValidation.IsSerializable(Then(Range("a", serializable: true), Range("b"))));
    }

    private static Compare NewCompare() => new() { Key = Text("k"), Version = 1 };

    private static void Refused(string message, TxnRequest request, int operationsMax = 128) =>
        Refused(message, () => TxnValidation.Check(request, operationsMax));

    private static void Refused(string message, Action check) =>
        Assert.Equal(message, Assert.Throws<EtcdException>(check).Message);
}
