using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Kv.Node.Tests.Http;

/// <summary>The JSON form over web sockets.</summary>
public sealed class WebSocketTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    private readonly RunningNode _node = fixture.Node;

    [Fact]
    public async Task A_watch_takes_requests_and_tells_of_changes_in_frames()
    {
        using var socket = await ConnectAsync("v3/watch");
        await SendAsync(socket, """{"create_request":{"key":"d3M="}}""");
        Assert.True((await ResultAsync(socket)).GetProperty("created").GetBoolean());
        await _node.PostAsync("v3/kv/put", """{"key":"d3M=","value":"MQ=="}""");
        var change = (await ResultAsync(socket)).GetProperty("events")[0].GetProperty("kv");
        Assert.Equal("MQ==", change.GetProperty("value").GetString());
        await SendAsync(socket, """{"cancel_request":{"watch_id":"0"}}""");
        Assert.True((await ResultAsync(socket)).GetProperty("canceled").GetBoolean());

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Limit());

        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    [Fact]
    public async Task A_lease_is_kept_alive_frame_by_frame_whatever_the_cuts()
    {
        Assert.Equal(200, (await _node.PostAsync("v3/lease/grant", """{"ID":"815","TTL":"50"}""")).Status);
        using var socket = await ConnectAsync("v3/lease/keepalive");
        await SendAsync(socket, """{"ID":"815"}{"ID":""");
        await SendAsync(socket, """816}""");

        var first = await ResultAsync(socket);
        Assert.Equal(("815", "50"), (first.GetProperty("ID").GetString(), first.GetProperty("TTL").GetString()));
        var second = await ResultAsync(socket);
        Assert.Equal("816", second.GetProperty("ID").GetString());
        Assert.False(second.TryGetProperty("TTL", out _));
    }

    [Fact]
    public async Task A_unary_call_is_answered_and_the_socket_closed()
    {
        using var socket = await ConnectAsync("v3/kv/range");
        await SendAsync(socket, "{}");

        using var error = JsonDocument.Parse(await ReceiveAsync(socket) ?? "");
        Assert.Equal("etcdserver: key is not provided", error.RootElement.GetProperty("error").GetString());
        Assert.Null(await ReceiveAsync(socket));
    }

    [Fact]
    public async Task A_request_that_is_none_ends_the_stream_with_an_error()
    {
        using var socket = await ConnectAsync("v3/watch");
        await SendAsync(socket, """{"create_request":5}""");

        using var error = JsonDocument.Parse(await ReceiveAsync(socket) ?? "");
        Assert.Equal(3, error.RootElement.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Null(await ReceiveAsync(socket));
    }

    [Fact]
    public async Task A_token_as_subprotocol_is_taken_and_answered_in_kind()
    {
        using var socket = await ConnectAsync("v3/watch", "bearer", "some.token");

        Assert.Equal("bearer", socket.SubProtocol);
    }

    [Fact]
    public async Task What_is_not_there_is_not_upgraded()
    {
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync("v3/no/such"));
    }

    private static CancellationToken Limit() => new CancellationTokenSource(RunningNode.Patience).Token;

    private static Task SendAsync(ClientWebSocket socket, string json) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, endOfMessage: true, Limit());

    /// <summary>The next frame, or null if the socket closes.</summary>
    private static async Task<string?> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[8192];
        var received = await socket.ReceiveAsync(buffer, Limit());
        return received.MessageType == WebSocketMessageType.Close
            ? null
            : Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    private static async Task<JsonElement> ResultAsync(ClientWebSocket socket) =>
        JsonDocument.Parse(await ReceiveAsync(socket) ?? "").RootElement.GetProperty("result");

    private async Task<ClientWebSocket> ConnectAsync(string path, params string[] protocols)
    {
        var socket = new ClientWebSocket();
        foreach (var protocol in protocols)
        {
            socket.Options.AddSubProtocol(protocol);
        }

        await socket.ConnectAsync(new UriBuilder(_node.Http.BaseAddress!) { Scheme = "ws", Path = path }.Uri, Limit());
        return socket;
    }
}
