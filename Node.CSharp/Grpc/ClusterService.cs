// The Cluster service over gRPC. Changing the membership is not served yet: those calls answer
// Unimplemented.
using Grpc.Core;
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>gRPC front of <see cref="ClusterCalls"/>.</summary>
internal sealed class ClusterService(RpcCatalog rpcs) : Cluster.ClusterBase
{
    public override Task<MemberListResponse> MemberList(MemberListRequest request, ServerCallContext context) =>
        rpcs.MemberList.ServeAsync(request, context);
}
