// The JSON form of the v3 API: finds the RPC of a path, reads its request from the body and writes
// its response. What the RPC does is the same code gRPC calls.
using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Grpc.Core;
using Kv.Node.Grpc;
using Kv.Node.Options;

namespace Kv.Node.Json;

/// <summary>Serves <c>/v3/…</c>.</summary>
internal sealed partial class JsonGateway(
    RpcCatalog rpcs,
    StreamCatalog streams,
    NodeOptions options,
    ILogger<JsonGateway> logger)
{
    /// <summary>How gRPC metadata travels in HTTP headers.</summary>
    private const string RequireLeaderHeader = "Grpc-Metadata-hasleader";

    private readonly IReadOnlyDictionary<string, UnaryRpc> _unary = JsonRoutes.Unary(rpcs);

    /// <summary>Base64 and names make JSON larger than the message it stands for.</summary>
    private readonly int _bodyBytesMax = 2 * GrpcLimits.ReceiveBytesMax(options);

    /// <summary>Serves a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">Its path, with <c>/v3beta/</c> already rewritten.</param>
    public Task ServeAsync(HttpContext context, string path)
    {
        var isStream = path is JsonRoutes.Watch or JsonRoutes.LeaseKeepAlive or JsonRoutes.Snapshot;
        var rpc = _unary.GetValueOrDefault(path);
        if (!isStream && rpc is null)
        {
            return JsonErrors.WriteAsync(context.Response, StatusCode.NotFound, "Not Found");
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            // etcd's gateway says 501 here, not 405.
            context.Response.Headers.Allow = HttpMethods.Post;
            return JsonErrors.WriteAsync(context.Response, StatusCode.Unimplemented, "Method Not Allowed");
        }

        return rpc is null ? ServeStreamAsync(context, path) : ServeUnaryAsync(context, rpc);
    }

    private static bool RequiresLeader(HttpContext context) =>
        RpcGate.RequiresLeader(context.Request.Headers)
        || context.Request.Headers[RequireLeaderHeader] == "true";

    private async Task ServeUnaryAsync(HttpContext context, UnaryRpc rpc)
    {
        try
        {
            var reader = context.Request.BodyReader;
            var body = await ReadBodyAsync(reader, context.RequestAborted);
            var response = await rpc.InvokeAsync(
                request => Fill(request, reader, body),
                RequiresLeader(context),
                context.RequestAborted);
            await WriteAsync(context.Response, response);
        }
        catch (RpcException e)
        {
            await JsonErrors.WriteAsync(context.Response, e.StatusCode, e.Status.Detail);
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            LogFailed(e, context.Request.Path);
            await JsonErrors.WriteAsync(context.Response, StatusCode.Unknown, "internal error");
        }
    }

    private async Task ServeStreamAsync(HttpContext context, string path)
    {
        var frames = new JsonFrames(context.Request.BodyReader, _bodyBytesMax);
        var token = context.RequestAborted;
        try
        {
            await (path switch
            {
                JsonRoutes.Watch => RunAsync(streams.Watch, frames, context),
                JsonRoutes.Snapshot => RunAsync(streams.Snapshot, frames, context),
                _ => RunAsync(streams.LeaseKeepAlive, frames, context),
            });
        }
        catch (RpcException e)
        {
            if (!token.IsCancellationRequested)
            {
                await JsonErrors.WriteLineAsync(context.Response, e.StatusCode, e.Status.Detail);
            }
        }
        catch (Exception e) when (!token.IsCancellationRequested)
        {
            LogFailed(e, context.Request.Path);
            await JsonErrors.WriteLineAsync(context.Response, StatusCode.Unknown, "internal error");
        }
    }

    private static Task RunAsync<TRequest, TResponse>(
        StreamRpc<TRequest, TResponse> rpc,
        JsonFrames frames,
        HttpContext context)
        where TRequest : class, IMessage, new()
        where TResponse : class, IMessage => rpc.InvokeAsync(
            new JsonStreamReader<TRequest>(frames),
            new JsonStreamWriter<TResponse>(context.Response),
            RequiresLeader(context),
            context.RequestAborted);

    private static async Task RunAsync<TRequest, TResponse>(
        ServerStreamRpc<TRequest, TResponse> rpc,
        JsonFrames frames,
        HttpContext context)
        where TRequest : class, IMessage, new()
        where TResponse : class, IMessage
    {
        var requests = new JsonStreamReader<TRequest>(frames);
        await requests.MoveNext(context.RequestAborted);
        await rpc.InvokeAsync(
            requests.Current,
            new JsonStreamWriter<TResponse>(context.Response),
            RequiresLeader(context),
            context.RequestAborted);
    }

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

        if (request.CalculateSize() > GrpcLimits.ReceiveBytesMax(options))
        {
            throw TooLarge();
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

    private static RpcException TooLarge() =>
        new(new Status(StatusCode.ResourceExhausted, "received message larger than max"));

    private static async Task WriteAsync(HttpResponse response, IMessage message)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = ProtoJsonWriter.Create(body))
        {
            ProtoJsonWriter.Write(json, message);
        }

        response.ContentType = JsonErrors.ContentType;
        response.ContentLength = body.WrittenCount;
        await response.BodyWriter.WriteAsync(body.WrittenMemory);
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Error, Message = "request to {Path} failed")]
    private partial void LogFailed(Exception error, PathString path);
}
