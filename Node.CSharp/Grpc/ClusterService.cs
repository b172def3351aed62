// The Cluster service over gRPC.
using Grpc.Core;
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>gRPC front of <see cref="ClusterCalls"/>.</summary>
internal sealed class ClusterService(RpcCatalog rpcs) : Cluster.ClusterBase
{
    public override Task<MemberListResponse> MemberList(MemberListRequest request, ServerCallContext context) =>
        rpcs.MemberList.ServeAsync(request, context);

    public override Task<MemberAddResponse> MemberAdd(MemberAddRequest request, ServerCallContext context) =>
        rpcs.MemberAdd.ServeAsync(request, context);

    public override Task<MemberRemoveResponse> MemberRemove(MemberRemoveRequest request, ServerCallContext context) =>
        rpcs.MemberRemove.ServeAsync(request, context);

    public override Task<MemberUpdateResponse> MemberUpdate(MemberUpdateRequest request, ServerCallContext context) =>
        rpcs.MemberUpdate.ServeAsync(request, context);

    public override Task<MemberPromoteResponse> MemberPromote(MemberPromoteRequest request, ServerCallContext context) =>
        rpcs.MemberPromote.ServeAsync(request, context);
}
