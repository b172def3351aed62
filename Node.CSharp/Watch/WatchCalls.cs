// Opens watch streams, however they arrive.
using Grpc.Core;
using Kv.Node.Auth;
using Kv.Node.Grpc;
using Kv.Node.Protos;

namespace Kv.Node.Watch;

/// <summary>The handler of the Watch service.</summary>
internal sealed class WatchCalls(WatchHub hub, WatchSettings settings, ResponseHeaders headers)
{
    private readonly Func<long, ResponseHeader> _header = headers.At;

    /// <summary>Serves one stream until the token is cancelled.</summary>
    public async Task ServeAsync(
        IAsyncStreamReader<WatchRequest> requests,
        IAsyncStreamWriter<WatchResponse> responses,
        CallIdentity identity,
        CancellationToken token)
    {
        using var stream = new WatchStream(hub, settings, _header, responses, identity);
        await stream.RunAsync(requests, token);
    }
}
