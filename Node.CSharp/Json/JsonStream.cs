// Streaming RPCs as the gateway calls them: values in, values out, whatever the messages.
using Google.Protobuf;
using Kv.Node.Auth;
using Kv.Node.Grpc;

namespace Kv.Node.Json;

/// <summary>Serves one stream over an exchange.</summary>
/// <param name="exchange">The client.</param>
/// <param name="origin">Where it came from.</param>
/// <param name="token">Ends when the caller is gone.</param>
/// <exception cref="global::Grpc.Core.RpcException">The stream ended with an error.</exception>
internal delegate Task JsonStream(IJsonExchange exchange, CallOrigin origin, CancellationToken token);

/// <summary>Makes <see cref="JsonStream"/>s of RPCs.</summary>
internal static class JsonStreams
{
    public static JsonStream Of<TRequest, TResponse>(StreamRpc<TRequest, TResponse> rpc)
        where TRequest : class, IMessage, new()
        where TResponse : class, IMessage => (exchange, origin, token) => rpc.InvokeAsync(
            new JsonStreamReader<TRequest>(exchange.Requests),
            new JsonStreamWriter<TResponse>(exchange),
            origin,
            token);

    /// <summary>The first value is the request; what follows is not looked at.</summary>
    public static JsonStream Of<TRequest, TResponse>(ServerStreamRpc<TRequest, TResponse> rpc)
        where TRequest : class, IMessage, new()
        where TResponse : class, IMessage => async (exchange, origin, token) =>
    {
        var requests = new JsonStreamReader<TRequest>(exchange.Requests);
        await requests.MoveNext(token);
        await rpc.InvokeAsync(requests.Current, new JsonStreamWriter<TResponse>(exchange), origin, token);
    };
}
