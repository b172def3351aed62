// The requests of a stream that arrives as JSON values in an HTTP body.
using Google.Protobuf;
using Grpc.Core;

namespace Kv.Node.Json;

/// <summary>A request stream over JSON.</summary>
internal sealed class JsonStreamReader<T>(JsonFrames frames) : IAsyncStreamReader<T>
    where T : class, IMessage, new()
{
    public T Current { get; private set; } = new();

    /// <exception cref="RpcException">What came is not a request.</exception>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var request = new T();
        try
        {
            if (!await frames.ReadAsync(bytes => ProtoJsonReader.Read(bytes, request), cancellationToken))
            {
                return false;
            }
        }
        catch (ProtoJsonException e)
        {
            throw JsonErrors.Malformed(e);
        }

        Current = request;
        return true;
    }
}
