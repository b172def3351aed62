// The responses of a stream as JSON values.
using Google.Protobuf;
using Grpc.Core;

namespace Kv.Node.Json;

/// <summary>A response stream over JSON: <c>{"result":…}</c> each.</summary>
internal sealed class JsonStreamWriter<T>(IJsonExchange exchange) : IAsyncStreamWriter<T>
    where T : class, IMessage
{
    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken) => exchange.WriteAsync(
        json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("result");
            ProtoJsonWriter.Write(json, message);
            json.WriteEndObject();
        },
        cancellationToken);
}
