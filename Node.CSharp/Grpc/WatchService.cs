// The Watch service over gRPC.
using Grpc.Core;
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>gRPC front of the watch streams.</summary>
internal sealed class WatchService(StreamCatalog streams) : Protos.Watch.WatchBase
{
    public override Task Watch(
        IAsyncStreamReader<WatchRequest> requestStream,
        IServerStreamWriter<WatchResponse> responseStream,
        ServerCallContext context) => streams.Watch.ServeAsync(requestStream, responseStream, context);
}
