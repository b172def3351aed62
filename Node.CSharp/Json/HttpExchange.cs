// A stream of JSON values over plain HTTP: requests one after another in the body, responses a line each.
using System.Buffers;
using System.Text.Json;
using Grpc.Core;

namespace Kv.Node.Json;

/// <summary>An exchange over a request and its response.</summary>
internal sealed class HttpExchange(HttpContext context, int valueBytesMax) : IJsonExchange
{
    private readonly HttpResponse _response = context.Response;

    public JsonFrames Requests { get; } = new(context.Request.BodyReader, valueBytesMax);

    public async Task WriteAsync(Action<Utf8JsonWriter> write, CancellationToken token)
    {
        if (!_response.HasStarted)
        {
            _response.ContentType = JsonErrors.ContentType;
        }

        using (var json = ProtoJsonWriter.Create(_response.BodyWriter))
        {
            write(json);
        }

        _response.BodyWriter.Write("\n"u8);
        var flushed = await _response.BodyWriter.FlushAsync(token);
        if (flushed.IsCompleted)
        {
            throw new IOException("the client is gone");
        }
    }

    public Task WriteErrorAsync(StatusCode code, string message)
    {
        if (!_response.HasStarted)
        {
            _response.StatusCode = JsonErrors.HttpStatus(code);
        }

        return WriteAsync(json => JsonErrors.WriteStreamError(json, code, message), CancellationToken.None);
    }
}
