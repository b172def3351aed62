using System.Runtime.InteropServices;
using Google.Protobuf;
using Kv.Core.Mvcc;
using Kv.Node.Grpc.Mapping;
using Kv.Node.Protos;
using Kv.Node.Tests.Watch;
using Xunit;
using static Kv.Node.Tests.Grpc.Requests;
using Compare = Kv.Node.Protos.Compare;
using RangeRequest = Kv.Node.Protos.RangeRequest;
using TxnRequest = Kv.Node.Protos.TxnRequest;

namespace Kv.Node.Tests.Grpc;

/// <summary>Nothing is lost, mixed up or copied between protobuf and the core.</summary>
public sealed class MappingTests
{
    private static readonly Row Sample = new(
        TestStore.Bytes("key"), TestStore.Bytes("value"), 2, 5, 1, 3, 9, isTombstone: false);

    [Fact]
    public void A_range_request_keeps_every_field()
    {
        var mapped = KvMapping.ToCore(new RangeRequest
        {
            Key = Text("a"),
            RangeEnd = Text("b"),
            Limit = 1,
            Revision = 2,
            SortOrder = RangeRequest.Types.SortOrder.Descend,
            SortTarget = RangeRequest.Types.SortTarget.Mod,
            KeysOnly = true,
            CountOnly = true,
            MinModRevision = 3,
            MaxModRevision = 4,
            MinCreateRevision = 5,
            MaxCreateRevision = 6,
        });

        Assert.Equal("a", TextOf(mapped.Key));
        Assert.Equal("b", TextOf(mapped.RangeEnd));
        Assert.Equal((1, 2), (mapped.Limit, mapped.Revision));
        Assert.Equal((SortOrder.Descend, SortTarget.Mod), (mapped.SortOrder, mapped.SortTarget));
        Assert.True(mapped.KeysOnly && mapped.CountOnly);
        Assert.Equal((3, 4), (mapped.MinModRevision, mapped.MaxModRevision));
        Assert.Equal((5, 6), (mapped.MinCreateRevision, mapped.MaxCreateRevision));
    }

    [Fact]
    public void A_put_keeps_every_field_and_copies_no_bytes()
    {
        var request = new Protos.PutRequest
        {
            Key = Text("a"),
            Value = Text("v"),
            Lease = 7,
            PrevKv = true,
            IgnoreLease = true,
            IgnoreValue = true,
        };
        var mapped = KvMapping.ToCore(request);

        Assert.Equal(7, mapped.Lease);
        Assert.True(mapped.PreviousWanted && mapped.IgnoreLease && mapped.IgnoreValue);
        Assert.True(MemoryMarshal.TryGetArray(mapped.Value, out var mappedBytes));
        Assert.True(MemoryMarshal.TryGetArray(request.Value.Memory, out var requestBytes));
        Assert.Same(requestBytes.Array, mappedBytes.Array);
    }

    [Fact]
    public void A_row_is_shown_whole_or_without_its_value()
    {
        var whole = new KeyValue
        {
            Key = Text("key"),
            Value = Text("value"),
            CreateRevision = 2,
            ModRevision = 5,
            Version = 3,
            Lease = 9,
        };
        Assert.Equal(whole, KvMapping.ToProto(Sample));

        var keyOnly = KvMapping.ToProto(Sample, keysOnly: true);
        whole.Value = ByteString.Empty;
        Assert.Equal(whole, keyOnly);
    }

    [Fact]
    public void A_compare_takes_the_arm_of_its_target_and_zero_if_another_is_set()
    {
        Compare[] compares =
        [
            new() { Key = Text("k"), Target = Compare.Types.CompareTarget.Version, Version = 1 },
            new() { Key = Text("k"), Target = Compare.Types.CompareTarget.Create, CreateRevision = 2 },
            new() { Key = Text("k"), Target = Compare.Types.CompareTarget.Mod, ModRevision = 3 },
            new() { Key = Text("k"), Target = Compare.Types.CompareTarget.Lease, Lease = 4 },
            new() { Key = Text("k"), Target = Compare.Types.CompareTarget.Version, ModRevision = 5 },
            new()
            {
                Key = Text("k"),
                RangeEnd = Text("l"),
                Target = Compare.Types.CompareTarget.Value,
                Value = Text("v"),
                Result = Compare.Types.CompareResult.NotEqual,
            },
        ];
        var mapped = TxnMapping.ToCore(new TxnRequest { Compare = { compares } }).Compares;

        Assert.Equal([1L, 2, 3, 4, 0, 0], mapped.Select(compare => compare.Number));
        Assert.Equal("v", TextOf(mapped[5].Value));
        Assert.Equal("l", TextOf(mapped[5].RangeEnd));
        Assert.Equal(CompareResult.NotEqual, mapped[5].Result);
        Assert.Equal(CompareTarget.Value, mapped[5].Target);
    }

    [Fact]
    public void A_transaction_goes_through_the_store_and_back()
    {
        var store = new TestStore();
        store.Put("gone");
        var request = new TxnRequest
        {
            Compare = { new Compare { Key = Text("new"), Version = 0 } },
            Success =
            {
                Put("new"),
                new RequestOp { RequestRange = new RangeRequest { Key = Text("new"), KeysOnly = true } },
                new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = Text("gone"), PrevKv = true } },
                Txn([Range("new")]),
            },
        };
        var reply = store.Txn(TxnMapping.ToCore(request));
        var response = TxnMapping.ToProto(reply, request, new ResponseHeader { Revision = reply.Revision });

        Assert.True(response.Succeeded);
        Assert.Equal(3, response.Header.Revision);
        var operations = response.Responses;
        Assert.Equal(3, operations[0].ResponsePut.Header.Revision);
        Assert.Null(operations[0].ResponsePut.PrevKv);
        Assert.True(Assert.Single(operations[1].ResponseRange.Kvs).Value.IsEmpty);
        Assert.Equal("gone", Assert.Single(operations[2].ResponseDeleteRange.PrevKvs).Key.ToStringUtf8());
        Assert.Equal(1, operations[2].ResponseDeleteRange.Deleted);
        Assert.NotNull(operations[2].ResponseDeleteRange.Header);
        var nested = operations[3].ResponseTxn;
        Assert.NotNull(nested.Header);
        Assert.Equal("v", Assert.Single(nested.Responses[0].ResponseRange.Kvs).Value.ToStringUtf8());
    }

    private static string TextOf(ReadOnlyMemory<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes.Span);
}
