// What carries JSON values between a client and an RPC: an HTTP body and its lines, or the frames of a
// web socket. RPCs do not know which.
using System.Text.Json;
using Grpc.Core;

namespace Kv.Node.Json;

/// <summary>One client's values in and out.</summary>
internal interface IJsonExchange
{
    /// <summary>The values the client sends, as they come.</summary>
    JsonFrames Requests { get; }

    /// <summary>Sends one value at once.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    Task WriteAsync(Action<Utf8JsonWriter> write, CancellationToken token);

    /// <summary>Tells that the stream ends with an error.</summary>
    /// <param name="code">gRPC code.</param>
    /// <param name="message">etcd's text.</param>
    Task WriteErrorAsync(StatusCode code, string message);
}
