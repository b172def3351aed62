// The Election service over gRPC.
using Grpc.Core;
using Kv.Node.Protos.Elections;

namespace Kv.Node.Grpc;

/// <summary>gRPC front of the elections.</summary>
internal sealed class ElectionService(RpcCatalog rpcs, StreamCatalog streams) : Election.ElectionBase
{
    public override Task<CampaignResponse> Campaign(CampaignRequest request, ServerCallContext context) =>
        rpcs.Campaign.ServeAsync(request, context);

    public override Task<ProclaimResponse> Proclaim(ProclaimRequest request, ServerCallContext context) =>
        rpcs.Proclaim.ServeAsync(request, context);

    public override Task<LeaderResponse> Leader(LeaderRequest request, ServerCallContext context) =>
        rpcs.Leader.ServeAsync(request, context);

    public override Task Observe(
        LeaderRequest request,
        IServerStreamWriter<LeaderResponse> responseStream,
        ServerCallContext context) => streams.Observe.ServeAsync(request, responseStream, context);

    public override Task<ResignResponse> Resign(ResignRequest request, ServerCallContext context) =>
        rpcs.Resign.ServeAsync(request, context);
}
