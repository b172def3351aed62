// The Lease service over gRPC.
using Grpc.Core;
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>gRPC front of <see cref="LeaseCalls"/>.</summary>
internal sealed class LeaseService(RpcCatalog rpcs, StreamCatalog streams) : Lease.LeaseBase
{
    public override Task<LeaseGrantResponse> LeaseGrant(LeaseGrantRequest request, ServerCallContext context) =>
        rpcs.LeaseGrant.ServeAsync(request, context);

    public override Task<LeaseRevokeResponse> LeaseRevoke(LeaseRevokeRequest request, ServerCallContext context) =>
        rpcs.LeaseRevoke.ServeAsync(request, context);

    public override Task LeaseKeepAlive(
        IAsyncStreamReader<LeaseKeepAliveRequest> requestStream,
        IServerStreamWriter<LeaseKeepAliveResponse> responseStream,
        ServerCallContext context) => streams.LeaseKeepAlive.ServeAsync(requestStream, responseStream, context);

    public override Task<LeaseTimeToLiveResponse> LeaseTimeToLive(
        LeaseTimeToLiveRequest request,
        ServerCallContext context) => rpcs.LeaseTimeToLive.ServeAsync(request, context);

    public override Task<LeaseLeasesResponse> LeaseLeases(LeaseLeasesRequest request, ServerCallContext context) =>
        rpcs.LeaseLeases.ServeAsync(request, context);
}
