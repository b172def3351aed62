// The Maintenance service over gRPC. What is not here answers Unimplemented.
using Grpc.Core;
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>gRPC front of <see cref="MaintenanceCalls"/>.</summary>
internal sealed class MaintenanceService(RpcCatalog rpcs, StreamCatalog streams) : Maintenance.MaintenanceBase
{
    public override Task<AlarmResponse> Alarm(AlarmRequest request, ServerCallContext context) =>
        rpcs.Alarm.ServeAsync(request, context);

    public override Task<StatusResponse> Status(StatusRequest request, ServerCallContext context) =>
        rpcs.Status.ServeAsync(request, context);

    public override Task<DefragmentResponse> Defragment(DefragmentRequest request, ServerCallContext context) =>
        rpcs.Defragment.ServeAsync(request, context);

    public override Task<DowngradeResponse> Downgrade(DowngradeRequest request, ServerCallContext context) =>
        rpcs.Downgrade.ServeAsync(request, context);

    public override Task<MoveLeaderResponse> MoveLeader(MoveLeaderRequest request, ServerCallContext context) =>
        rpcs.MoveLeader.ServeAsync(request, context);

    public override Task<HashKVResponse> HashKV(HashKVRequest request, ServerCallContext context) =>
        rpcs.HashKv.ServeAsync(request, context);

    public override Task<HashResponse> Hash(HashRequest request, ServerCallContext context) =>
        rpcs.Hash.ServeAsync(request, context);

    public override Task Snapshot(
        SnapshotRequest request,
        IServerStreamWriter<SnapshotResponse> responseStream,
        ServerCallContext context) => streams.Snapshot.ServeAsync(request, responseStream, context);
}
