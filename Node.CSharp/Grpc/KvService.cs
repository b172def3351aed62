// The KV service over gRPC.
using Grpc.Core;
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>gRPC front of <see cref="KvCalls"/>.</summary>
internal sealed class KvService(RpcCatalog rpcs, StreamCatalog streams) : KV.KVBase
{
    public override Task<RangeResponse> Range(RangeRequest request, ServerCallContext context) =>
        rpcs.Range.ServeAsync(request, context);

    public override Task RangeStream(
        RangeRequest request,
        IServerStreamWriter<RangeStreamResponse> responseStream,
        ServerCallContext context) => streams.RangeStream.ServeAsync(request, responseStream, context);

    public override Task<PutResponse> Put(PutRequest request, ServerCallContext context) =>
        rpcs.Put.ServeAsync(request, context);

    public override Task<DeleteRangeResponse> DeleteRange(DeleteRangeRequest request, ServerCallContext context) =>
        rpcs.DeleteRange.ServeAsync(request, context);

    public override Task<TxnResponse> Txn(TxnRequest request, ServerCallContext context) =>
        rpcs.Txn.ServeAsync(request, context);

    public override Task<CompactionResponse> Compact(CompactionRequest request, ServerCallContext context) =>
        rpcs.Compact.ServeAsync(request, context);
}
