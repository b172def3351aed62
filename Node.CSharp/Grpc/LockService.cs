// The Lock service over gRPC.
using Grpc.Core;
using Kv.Node.Protos.Locks;

namespace Kv.Node.Grpc;

/// <summary>gRPC front of the locks.</summary>
internal sealed class LockService(RpcCatalog rpcs) : Protos.Locks.Lock.LockBase
{
    public override Task<LockResponse> Lock(LockRequest request, ServerCallContext context) =>
        rpcs.Lock.ServeAsync(request, context);

    public override Task<UnlockResponse> Unlock(UnlockRequest request, ServerCallContext context) =>
        rpcs.Unlock.ServeAsync(request, context);
}
