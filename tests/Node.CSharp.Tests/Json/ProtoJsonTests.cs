using System.Buffers;
using System.Text;
using Google.Protobuf;
using Kv.Node.Json;
using Kv.Node.Protos;
using Xunit;

namespace Kv.Node.Tests.Json;

/// <summary>The JSON form of messages, both ways.</summary>
public sealed class ProtoJsonTests
{
    [Fact]
    public void Names_are_the_protos_and_defaults_are_left_out()
    {
        var response = new RangeResponse
        {
            Header = new ResponseHeader { ClusterId = ulong.MaxValue, Revision = 5 },
            Kvs = { new KeyValue { Key = Text("foo"), ModRevision = 5, Value = Text("\u00ff\u00ff>?") } },
            Count = 1,
        };
        const string Expected =
            """{"header":{"cluster_id":"18446744073709551615","revision":"5"},"kvs":[{"key":"Zm9v","mod_revision":"5","value":"w7/Dvz4/"}],"count":"1"}""";

        Assert.Equal(Expected, Write(response));
        Assert.Equal("{}", Write(new RangeResponse()));
    }

    [Fact]
    public void Odd_names_and_enums_stay_as_they_are()
    {
        var status = new StatusResponse { DbSize = 1, RaftIndex = 2, Errors = { "e" }, DowngradeInfo = new() };
        Assert.Equal("""{"dbSize":"1","raftIndex":"2","errors":["e"],"downgradeInfo":{}}""", Write(status));
        Assert.Equal(
            """{"members":[{"ID":"7","peerURLs":["http://a:1"],"isLearner":true}]}""",
            Write(new MemberListResponse { Members = { new Member { ID = 7, PeerURLs = { "http://a:1" }, IsLearner = true } } }));
        Assert.Equal(
            """{"alarms":[{"memberID":"1","alarm":"NOSPACE"}]}""",
            Write(new AlarmResponse { Alarms = { new AlarmMember { MemberID = 1, Alarm = AlarmType.Nospace } } }));
        Assert.Equal("""{"hash":7}""", Write(new HashKVResponse { Hash = 7 }));
    }

    [Fact]
    public void A_chosen_arm_of_a_union_is_shown_even_if_zero() => Assert.Equal(
        """{"responses":[{"response_put":{}},{"response_range":{}}]}""",
        Write(new TxnResponse
        {
            Responses = { new ResponseOp { ResponsePut = new() }, new ResponseOp { ResponseRange = new() } },
        }));

    [Theory]
    [InlineData("""{"key":"Zm9v","limit":"5"}""")]
    [InlineData("""{"key":"Zm9v","limit":5}""")]
    [InlineData("""{"key":"Zm9v","limit":5.0}""")]
    [InlineData("""{"key":"Zm9v","limit":"5","range_end":null,"nonsense":{"a":[1,{"b":2}]}}""")]
    [InlineData(""" {"limit":"5","key":"Zm9v"} {"key":"YQ=="}""")]
    public void Numbers_may_be_strings_and_the_unknown_is_dropped(string json) =>
        Assert.Equal(new RangeRequest { Key = Text("foo"), Limit = 5 }, Read<RangeRequest>(json));

    [Fact]
    public void Large_numbers_lose_nothing()
    {
        Assert.Equal(9007199254740993, Read<RangeRequest>("""{"revision":9007199254740993}""").Revision);
        Assert.Equal(long.MinValue, Read<RangeRequest>("""{"revision":"-9223372036854775808"}""").Revision);
        Assert.Equal(ulong.MaxValue, Read<AlarmRequest>("""{"memberID":18446744073709551615}""").MemberID);
    }

    [Fact]
    public void Camel_case_names_and_enum_numbers_are_understood()
    {
        var request = Read<RangeRequest>("""{"rangeEnd":"AA==","sortOrder":2,"sort_target":"MOD","keysOnly":true}""");

        Assert.Equal(RangeRequest.Types.SortOrder.Descend, request.SortOrder);
        Assert.Equal(RangeRequest.Types.SortTarget.Mod, request.SortTarget);
        Assert.True(request.KeysOnly);
        Assert.Equal(1, request.RangeEnd.Length);
    }

    [Fact]
    public void Only_one_of_a_choice_is_taken()
    {
        var error = Assert.Throws<ProtoJsonException>(
            () => Read<RequestOp>("""{"request_put":{},"request_range":{}}"""));
        Assert.Equal("request is already set, it cannot be request_range, too", error.Message);
    }

    [Theory]
    [InlineData("+/8=")]
    [InlineData("-_8=")]
    [InlineData("-_8")]
    [InlineData("+/8")]
    public void Base64_may_be_of_any_dialect(string text) => Assert.Equal(
        new byte[] { 0xfb, 0xff },
        Read<RangeRequest>($$"""{"key":"{{text}}"}""").Key.ToByteArray());

    [Fact]
    public void Nested_messages_and_lists_are_read()
    {
        var txn = Read<TxnRequest>(
            """
            {"compare":[{"target":"VALUE","result":"GREATER","key":"YQ==","value":"Yg=="}],
             "success":[{"request_put":{"key":"YQ==","value":"Yw=="}},{"request_txn":{"success":[{"requestRange":{"key":"YQ=="}}]}}]}
            """);

        Assert.Equal(Compare.Types.CompareResult.Greater, txn.Compare[0].Result);
        Assert.Equal("b", txn.Compare[0].Value.ToStringUtf8());
        Assert.Equal("c", txn.Success[0].RequestPut.Value.ToStringUtf8());
        Assert.Equal("a", txn.Success[1].RequestTxn.Success[0].RequestRange.Key.ToStringUtf8());
        var filters = Read<WatchCreateRequest>("""{"filters":["NODELETE",0]}""").Filters;
        Assert.Equal([WatchCreateRequest.Types.FilterType.Nodelete, WatchCreateRequest.Types.FilterType.Noput], filters);
    }

    [Fact]
    public void Enum_names_that_are_not_known_are_dropped_like_unknown_fields()
    {
        Assert.Equal(new RangeRequest { Limit = 2 }, Read<RangeRequest>("""{"sort_order":"UP","limit":2}"""));
        var filters = Read<WatchCreateRequest>("""{"filters":["NOSUCH","NODELETE"]}""").Filters;
        Assert.Equal([WatchCreateRequest.Types.FilterType.Nodelete], filters);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t")]
    [InlineData("{}")]
    public void An_empty_body_is_an_empty_request(string json) => Assert.Equal(new RangeRequest(), Read<RangeRequest>(json));

    [Theory]
    [InlineData("""{"limit":1,"limit":1}""", "duplicate field \"limit\"")]
    [InlineData("""{"range_end":"","rangeEnd":""}""", "duplicate field \"range_end\"")]
    [InlineData("""{"key":"Z*9v"}""", "illegal base64 data in field key")]
    [InlineData("""{"key":5}""", "unexpected Number at byte 7, expected a string for key")]
    [InlineData("""{"key":"Zm9v" """, "syntax error (line 1:15): invalid JSON")]
    [InlineData("[]", "unexpected StartArray at byte 0, expected an object")]
    [InlineData("nope", "syntax error (line 1:2): invalid JSON")]
    [InlineData("""{"limit":"x"}""", "invalid value for limit: x")]
    [InlineData("""{"limit":1.5}""", "invalid value for limit: 1.5")]
    [InlineData("""{"limit":9223372036854775808}""", "invalid value for limit: 9223372036854775808")]
    [InlineData("""{"limit":{}}""", "unexpected StartObject at byte 9, expected a number for limit")]
    [InlineData("""{"serializable":1}""", "unexpected Number at byte 16, expected true or false for serializable")]
    public void What_does_not_fit_is_refused_with_the_reason(string json, string reason) =>
        Assert.Equal(reason, Assert.Throws<ProtoJsonException>(() => Read<RangeRequest>(json)).Message);

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        var json = string.Concat(Enumerable.Repeat("""{"success":[{"request_txn":""", 1000));
        Assert.Throws<ProtoJsonException>(() => Read<TxnRequest>(json));
    }

    private static ByteString Text(string text) => ByteString.CopyFromUtf8(text);

    private static string Write(IMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = ProtoJsonWriter.Create(output))
        {
            ProtoJsonWriter.Write(json, message);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static T Read<T>(string json)
        where T : IMessage, new()
    {
        var message = new T();
        ProtoJsonReader.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)), message);
        return message;
    }
}
