using Google.Protobuf;
using Grpc.Core;
using Kv.Node.Protos;
using Xunit;
using static Kv.Node.Tests.Grpc.Requests;

namespace Kv.Node.Tests.Http;

/// <summary>A range in pieces (R14).</summary>
public sealed class RangeStreamTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    private readonly RunningNode _node = fixture.Node;

    [Fact]
    public async Task The_pieces_are_the_range_and_the_last_describes_it()
    {
        await FillAsync("pieces/", 40, 100);
        var request = new RangeRequest { Key = Text("pieces/"), RangeEnd = Text("pieces0") };

        var pieces = await ReadAsync(request);

        Assert.Equal([10, 30], pieces.Select(piece => piece.Kvs.Count));
        Assert.Null(pieces[0].Header);
        Assert.Equal((0, false), (pieces[0].Count, pieces[0].More));
        AssertIs(await RangeAsync(request), pieces);
    }

    [Fact]
    public async Task Large_values_come_in_pieces_of_bounded_size()
    {
        await FillAsync("large/", 30, 200_000);
        var request = new RangeRequest { Key = Text("large/"), RangeEnd = Text("large0"), Limit = 25 };

        var pieces = await ReadAsync(request);

        Assert.All(pieces, piece => Assert.InRange(piece.CalculateSize(), 1, 1 << 20));
        Assert.True(pieces[^1].More);
        Assert.Equal(30, pieces[^1].Count);
        AssertIs(await RangeAsync(request), pieces);
    }

    [Fact]
    public async Task What_is_written_meanwhile_is_not_seen()
    {
        await FillAsync("pinned/", 60, 100_000);
        var before = await RangeAsync(new RangeRequest { Key = Text("pinned/"), RangeEnd = Text("pinned0") });
        using var call = _node.Read<RangeRequest, RangeStreamResponse>(
            "KV", "RangeStream", new RangeRequest { Key = Text("pinned/"), RangeEnd = Text("pinned0") });
        Assert.True(await call.ResponseStream.MoveNext());
        var pieces = new List<RangeResponse> { call.ResponseStream.Current.RangeResponse };
        await FillAsync("pinned/", 61, 10);
        while (await call.ResponseStream.MoveNext())
        {
            pieces.Add(call.ResponseStream.Current.RangeResponse);
        }

        AssertIs(before, pieces);
    }

    [Theory]
    [InlineData(false, true, false)]
    [InlineData(true, false, true)]
    public async Task Counts_keys_and_old_revisions_are_served(bool countOnly, bool keysOnly, bool isOld)
    {
        await FillAsync("options/", 15, 5);
        var revision = (await RangeAsync(new RangeRequest { Key = Text("options/") })).Header.Revision;
        await FillAsync("options/", 20, 6);
        var request = new RangeRequest
        {
            Key = Text("options/"),
            RangeEnd = Text("options0"),
            CountOnly = countOnly,
            KeysOnly = keysOnly,
            Revision = isOld ? revision : 0,
            SortOrder = RangeRequest.Types.SortOrder.Ascend,
            Serializable = true,
        };

        var pieces = await ReadAsync(request);

        Assert.Equal(countOnly ? 1 : 2, pieces.Count);
        Assert.Equal(isOld ? 15 : 20, pieces[^1].Count);
        AssertIs(await RangeAsync(request), pieces);
    }

    [Fact]
    public async Task An_empty_range_is_one_piece()
    {
        var pieces = await ReadAsync(new RangeRequest { Key = Text("no such key") });

        var piece = Assert.Single(pieces);
        Assert.True(piece.Header.Revision > 0);
        Assert.Empty(piece.Kvs);
    }

    [Fact]
    public async Task Other_orders_and_filters_are_not_served()
    {
        await RefusedAsync(StatusCode.Unimplemented, new() { SortOrder = RangeRequest.Types.SortOrder.Descend });
        await RefusedAsync(StatusCode.Unimplemented, new()
        {
            SortOrder = RangeRequest.Types.SortOrder.Ascend,
            SortTarget = RangeRequest.Types.SortTarget.Mod,
        });
        await RefusedAsync(StatusCode.Unimplemented, new() { MinModRevision = 1 });
        await RefusedAsync(StatusCode.Unimplemented, new() { MaxCreateRevision = 1 });
        await RefusedAsync(StatusCode.OutOfRange, new() { Revision = 1L << 40 });
        var error = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(new RangeRequest()));
        Assert.Equal("etcdserver: key is not provided", error.Status.Detail);
    }

    /// <summary>The pieces, put together, are the response of the plain range.</summary>
    private static void AssertIs(RangeResponse whole, IEnumerable<RangeResponse> pieces)
    {
        var merged = new RangeResponse();
        foreach (var piece in pieces)
        {
            merged.MergeFrom(piece);
        }

        Assert.Equal(whole, merged);
    }

    private async Task RefusedAsync(StatusCode code, RangeRequest request)
    {
        request.Key = Text("k");
        var error = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(request));
        Assert.Equal(code, error.StatusCode);
    }

    private async Task FillAsync(string prefix, int count, int valueBytes)
    {
        var value = Text(new string('v', valueBytes));
        for (var i = 0; i < count; i++)
        {
            await _node.CallAsync<PutRequest, PutResponse>(
                "KV", "Put", new PutRequest { Key = Text($"{prefix}{i:000}"), Value = value });
        }
    }

    private Task<RangeResponse> RangeAsync(RangeRequest request) =>
        _node.CallAsync<RangeRequest, RangeResponse>("KV", "Range", request);

    private async Task<List<RangeResponse>> ReadAsync(RangeRequest request)
    {
        using var call = _node.Read<RangeRequest, RangeStreamResponse>("KV", "RangeStream", request);
        var pieces = new List<RangeResponse>();
        while (await call.ResponseStream.MoveNext())
        {
            pieces.Add(call.ResponseStream.Current.RangeResponse);
        }

        return pieces;
    }
}
