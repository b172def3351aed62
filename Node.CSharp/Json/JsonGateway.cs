// The JSON form of the v3 API: finds the RPC of a path, reads its request from the body and writes
// its response. What the RPC does is the same code gRPC calls.
using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Grpc.Core;
using Kv.Node.Auth;
using Kv.Node.Grpc;
using Kv.Node.Options;
using Kv.Node.Threads;

namespace Kv.Node.Json;

/// <summary>Serves <c>/v3/…</c>.</summary>
internal sealed partial class JsonGateway(
    RpcCatalog rpcs,
    StreamCatalog streams,
    NodeOptions options,
    BackgroundThread large,
    ILogger<JsonGateway> logger)
{
    /// <summary>Answers from this size on are written by a thread of their own.</summary>
    private const int LargeBytes = 256 << 10;

    private readonly IReadOnlyDictionary<string, UnaryRpc> _unary = JsonRoutes.Unary(rpcs);

    private readonly IReadOnlyDictionary<string, JsonStream> _streams = JsonRoutes.Streams(streams);

    /// <summary>Base64 and names make JSON larger than the message it stands for.</summary>
    private readonly int _bodyBytesMax = 2 * GrpcLimits.ReceiveBytesMax(options);

    /// <summary>Serves a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">Its path, with <c>/v3beta/</c> already rewritten.</param>
    public Task ServeAsync(HttpContext context, string path)
    {
        var rpc = _unary.GetValueOrDefault(path);
        var stream = _streams.GetValueOrDefault(path);
        if (rpc is null && stream is null)
        {
            return JsonErrors.WriteAsync(context.Response, StatusCode.NotFound, "Not Found");
        }

        if (context.WebSockets.IsWebSocketRequest)
        {
            return ServeSocketAsync(context, stream ?? Once(rpc!));
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            // etcd's gateway says 501 here, not 405.
            context.Response.Headers.Allow = HttpMethods.Post;
            return JsonErrors.WriteAsync(context.Response, StatusCode.Unimplemented, "Method Not Allowed");
        }

        return stream is null
            ? ServeUnaryAsync(context, rpc!)
            : ServeStreamAsync(context, stream, new HttpExchange(context, _bodyBytesMax), context.RequestAborted);
    }

    private async Task ServeUnaryAsync(HttpContext context, UnaryRpc rpc)
    {
        try
        {
            var reader = context.Request.BodyReader;
            var body = await ReadBodyAsync(reader, context.RequestAborted);
            var response = await rpc.InvokeAsync(
                request => Fill(request, reader, body),
                new CallOrigin(context, IsGateway: true),
                context.RequestAborted);
            await WriteAsync(context, response);
        }
        catch (RpcException e)
        {
            await JsonErrors.WriteAsync(context.Response, e.StatusCode, e.Status.Detail);
        }
        catch (Exception e) when (!IsClientsFault(e) && !context.RequestAborted.IsCancellationRequested)
        {
            LogFailed(e, context.Request.Path);
            await JsonErrors.WriteAsync(context.Response, StatusCode.Unknown, "internal error");
        }
    }

    private async Task ServeSocketAsync(HttpContext context, JsonStream stream)
    {
        await using var socket = await SocketExchange.AcceptAsync(context, _bodyBytesMax);
        await ServeStreamAsync(context, stream, socket, socket.Gone);
    }

    private async Task ServeStreamAsync(
        HttpContext context, JsonStream stream, IJsonExchange exchange, CancellationToken token)
    {
        try
        {
            await stream(exchange, new CallOrigin(context, IsGateway: true), token);
        }
        catch (Exception) when (token.IsCancellationRequested)
        {
            // There is nobody left to tell.
        }
        catch (RpcException e)
        {
            await exchange.WriteErrorAsync(e.StatusCode, e.Status.Detail);
        }
        catch (Exception e) when (!IsClientsFault(e))
        {
            LogFailed(e, context.Request.Path);
            await exchange.WriteErrorAsync(StatusCode.Unknown, "internal error");
        }
    }

    /// <summary>A body that is cut off, or not what its headers say: the server itself answers that.</summary>
    private static bool IsClientsFault(Exception e) => e is BadHttpRequestException;

    /// <summary>A unary RPC over a web socket: the first value is the request, the answer is as in a body.</summary>
    private static JsonStream Once(UnaryRpc rpc) => async (exchange, origin, token) =>
    {
        byte[] body = [];
        try
        {
            await exchange.Requests.ReadAsync(value => body = value.ToArray(), token);
            var response = await rpc.InvokeAsync(
                request => ProtoJsonReader.Read(new ReadOnlySequence<byte>(body), request), origin, token);
            await exchange.WriteAsync(json => ProtoJsonWriter.Write(json, response), token);
        }
        catch (ProtoJsonException e)
        {
            await exchange.WriteAsync(
                json => JsonErrors.WriteError(json, StatusCode.InvalidArgument, e.Message), token);
        }
        catch (RpcException e)
        {
            await exchange.WriteAsync(json => JsonErrors.WriteError(json, e.StatusCode, e.Status.Detail), token);
        }
    };

    /// <summary>Parses the body and gives it back; what is not given back would cost the connection.</summary>
    private void Fill(IMessage request, PipeReader reader, in ReadOnlySequence<byte> body)
    {
        try
        {
            ProtoJsonReader.Read(body, request);
        }
        catch (ProtoJsonException e)
        {
            throw JsonErrors.Malformed(e);
        }
        finally
        {
            reader.AdvanceTo(body.End);
        }

        if (request.CalculateSize() is var size && size > GrpcLimits.ReceiveBytesMax(options))
        {
            throw TooLarge($" ({size} vs. {GrpcLimits.ReceiveBytesMax(options)})");
        }
    }

    /// <summary>The whole body, examined but not consumed: the reader keeps it until it is parsed.</summary>
    private async ValueTask<ReadOnlySequence<byte>> ReadBodyAsync(PipeReader body, CancellationToken token)
    {
        while (true)
        {
            var read = await body.ReadAsync(token);
            if (read.IsCompleted)
            {
                return read.Buffer;
            }

            if (read.Buffer.Length > _bodyBytesMax)
            {
                body.AdvanceTo(read.Buffer.End);
                throw TooLarge();
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static RpcException TooLarge(string sizes = "") =>
        new(new Status(StatusCode.ResourceExhausted, "grpc: received message larger than max" + sizes));

    private async Task WriteAsync(HttpContext context, IMessage message)
    {
        var response = context.Response;
        var size = message.CalculateSize();
        var body = size < LargeBytes
            ? Render(message, size)
            : await large.RunAsync(() => Render(message, size), context.RequestAborted);
        response.ContentType = JsonErrors.ContentType;
        response.ContentLength = body.WrittenCount;
        await response.BodyWriter.WriteAsync(body.WrittenMemory);
    }

    private static ArrayBufferWriter<byte> Render(IMessage message, int size)
    {
        // Base64 makes four of three; names and numbers take some more.
        var body = new ArrayBufferWriter<byte>(Math.Max(256, (int)Math.Min(Array.MaxLength, size * 3L / 2)));
        using (var json = ProtoJsonWriter.Create(body))
        {
            ProtoJsonWriter.Write(json, message);
        }

        return body;
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Error, Message = "request to {Path} failed")]
    private partial void LogFailed(Exception error, PathString path);
}
