// The streaming RPCs that are served, beside the unary ones of RpcCatalog.
using Kv.Node.Concurrency;
using Kv.Node.Protos;
using Kv.Node.Protos.Elections;
using Kv.Node.Watch;

namespace Kv.Node.Grpc;

/// <summary>The served streaming RPCs.</summary>
internal sealed class StreamCatalog(
    RpcGate gate,
    LeaderMonitor leader,
    KvCalls kv,
    LeaseCalls lease,
    WatchCalls watch,
    SnapshotCalls snapshots,
    ElectionCalls elections,
    IHostApplicationLifetime lifetime)
{
    public StreamRpc<LeaseKeepAliveRequest, LeaseKeepAliveResponse> LeaseKeepAlive { get; } = new(
        gate,
        leader,
        "etcdserverpb.Lease",
        "LeaseKeepAlive",
        lease.KeepAliveAsync,
        lifetime.ApplicationStopping);

    public StreamRpc<WatchRequest, WatchResponse> Watch { get; } = new(
        gate,
        leader,
        "etcdserverpb.Watch",
        "Watch",
        watch.ServeAsync,
        lifetime.ApplicationStopping);

    public ServerStreamRpc<SnapshotRequest, SnapshotResponse> Snapshot { get; } = new(
        gate,
        leader,
        "etcdserverpb.Maintenance",
        "Snapshot",
        snapshots.SendAsync,
        lifetime.ApplicationStopping,
        static _ => true);

    public ServerStreamRpc<RangeRequest, RangeStreamResponse> RangeStream { get; } = new(
        gate,
        leader,
        "etcdserverpb.KV",
        "RangeStream",
        kv.RangeStreamAsync,
        lifetime.ApplicationStopping,
        static request => request.Serializable);

    public ServerStreamRpc<LeaderRequest, LeaderResponse> Observe { get; } = new(
        gate,
        leader,
        "v3electionpb.Election",
        "Observe",
        elections.ObserveAsync,
        lifetime.ApplicationStopping);
}
