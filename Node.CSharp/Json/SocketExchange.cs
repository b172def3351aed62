// A stream of JSON values over a web socket, for browsers: what comes in frames is one run of values, as a
// body is, and each response is a text frame.
using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text.Json;
using Grpc.Core;

namespace Kv.Node.Json;

/// <summary>An exchange over a web socket. Disposal closes it.</summary>
internal sealed class SocketExchange : IJsonExchange, IAsyncDisposable
{
    private const int ReadBytes = 4 << 10;

    /// <summary>What the client is given to answer that the socket closes.</summary>
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    private readonly WebSocket _socket;
    private readonly Pipe _incoming = new();
    private readonly CancellationTokenSource _gone;
    private readonly Task _receiving;

    private SocketExchange(WebSocket socket, int valueBytesMax, CancellationToken aborted)
    {
        _socket = socket;
        _gone = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        Requests = new JsonFrames(_incoming.Reader, valueBytesMax);
        _receiving = ReceiveAsync(aborted);
    }

    public JsonFrames Requests { get; }

    /// <summary>Cancelled when the client has closed the socket or its connection broke.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>Accepts the upgrade. Browsers cannot set headers here, so a token may come as the second of
    /// two subprotocols, the first being <c>bearer</c>; it is put where a token is looked for.</summary>
    /// <param name="context">A web socket request.</param>
    /// <param name="valueBytesMax">Largest value taken.</param>
    public static async Task<SocketExchange> AcceptAsync(HttpContext context, int valueBytesMax)
    {
        string? protocol = null;
        if (context.WebSockets.WebSocketRequestedProtocols is [var scheme, var token, ..]
            && scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            protocol = scheme;
            context.Request.Headers.Authorization = $"Bearer {token}";
        }

        var socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
        return new SocketExchange(socket, valueBytesMax, context.RequestAborted);
    }

    public async Task WriteAsync(Action<Utf8JsonWriter> write, CancellationToken token)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = ProtoJsonWriter.Create(body))
        {
            write(json);
        }

        try
        {
            await _socket.SendAsync(body.WrittenMemory, WebSocketMessageType.Text, endOfMessage: true, token);
        }
        catch (WebSocketException e)
        {
            throw new IOException("the client is gone", e);
        }
    }

    public Task WriteErrorAsync(StatusCode code, string message) =>
        WriteAsync(json => JsonErrors.WriteStreamError(json, code, message), Gone);

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(ClosePatience);
        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
            }

            await _receiving.WaitAsync(patience.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            _socket.Abort();
            await _receiving;
        }

        _socket.Dispose();
        _gone.Dispose();
    }

    private async Task ReceiveAsync(CancellationToken aborted)
    {
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(_incoming.Writer.GetMemory(ReadBytes), aborted);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                _incoming.Writer.Advance(received.Count);
                if ((await _incoming.Writer.FlushAsync(aborted)).IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The connection broke.
        }
        finally
        {
            await _gone.CancelAsync();
            await _incoming.Writer.CompleteAsync();
        }
    }
}
