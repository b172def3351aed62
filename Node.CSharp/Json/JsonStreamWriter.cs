// The responses of a stream as lines of JSON, each sent at once.
using System.Buffers;
using Google.Protobuf;
using Grpc.Core;

namespace Kv.Node.Json;

/// <summary>A response stream over JSON: <c>{"result":…}</c> a line.</summary>
internal sealed class JsonStreamWriter<T>(HttpResponse response) : IAsyncStreamWriter<T>
    where T : class, IMessage
{
    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (!response.HasStarted)
        {
            response.ContentType = JsonErrors.ContentType;
        }

        using (var json = ProtoJsonWriter.Create(response.BodyWriter))
        {
            json.WriteStartObject();
            json.WritePropertyName("result");
            ProtoJsonWriter.Write(json, message);
            json.WriteEndObject();
        }

        response.BodyWriter.Write("\n"u8);
        var flushed = await response.BodyWriter.FlushAsync(cancellationToken);
        if (flushed.IsCompleted)
        {
            throw new IOException("the client is gone");
        }
    }
}
