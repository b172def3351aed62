// What the KV service does, apart from how a call arrives. Reads of local data complete at once.
using Grpc.Core;
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Node.Engine;
using Kv.Node.Grpc.Mapping;
using Kv.Node.Options;
using Kv.Node.Protos;
using PutRequest = Kv.Node.Protos.PutRequest;
using RangeRequest = Kv.Node.Protos.RangeRequest;
using TxnRequest = Kv.Node.Protos.TxnRequest;

namespace Kv.Node.Grpc;

/// <summary>Handlers of the KV service; they throw <see cref="EtcdException"/>.</summary>
internal sealed class KvCalls(NodeEngine engine, ResponseHeaders headers, NodeOptions options)
{
    public ValueTask<RangeResponse> RangeAsync(RangeRequest request, CancellationToken token)
    {
        KvValidation.Check(request);
        KvMetrics.Ranges.Inc();
        if (request.Serializable)
        {
            return new(Range(engine.State, request));
        }

        var read = engine.ReadAsync(token);
        return read.IsCompletedSuccessfully ? new(Range(read.Result, request)) : RangeAsync(read, request);
    }

    /// <summary>As <see cref="RangeAsync(RangeRequest, CancellationToken)"/>, in pieces. The state is
    /// immutable, so all pieces are of one revision; only references to the rows are held meanwhile.</summary>
    public async Task RangeStreamAsync(
        RangeRequest request,
        IAsyncStreamWriter<RangeStreamResponse> responses,
        CancellationToken token)
    {
        KvValidation.CheckStream(request);
        KvMetrics.Ranges.Inc();
        var state = request.Serializable ? engine.State : await engine.ReadAsync(token);
        var (error, reply) = state.Range(KvMapping.ToCore(request));
        StoreErrors.ThrowIfAny(error);
        var pieces = new RangePieces(reply, headers.At(reply.Revision), request.KeysOnly);
        while (pieces.TryTake() is { } piece)
        {
            await responses.WriteAsync(new RangeStreamResponse { RangeResponse = piece }, token);
        }
    }

    public async ValueTask<PutResponse> PutAsync(PutRequest request, CancellationToken token)
    {
        KvValidation.Check(request);
        KvMetrics.Puts.Inc();
        var outcome = await engine.ProposeAsync(Command.NewPut(KvMapping.ToCore(request)), token);
        var reply = outcome.ReplyOrThrow<PutReply>();
        return KvMapping.ToProto(reply, headers.At(reply.Revision));
    }

    public async ValueTask<DeleteRangeResponse> DeleteRangeAsync(DeleteRangeRequest request, CancellationToken token)
    {
        KvValidation.Check(request);
        KvMetrics.Deletes.Inc();
        var outcome = await engine.ProposeAsync(Command.NewDeleteRange(KvMapping.ToCore(request)), token);
        var reply = outcome.ReplyOrThrow<DeleteReply>();
        return KvMapping.ToProto(reply, headers.At(reply.Revision));
    }

    public async ValueTask<TxnResponse> TxnAsync(TxnRequest request, CancellationToken token)
    {
        TxnValidation.Check(request, options.MaxTxnOps);
        KvMetrics.Txns.Inc();
        var reply = TxnValidation.IsReadOnly(request)
            ? await ReadTxnAsync(request, token)
            : (await engine.ProposeAsync(Command.NewTxn(TxnMapping.ToCore(request)), token)).ReplyOrThrow<TxnReply>();
        return TxnMapping.ToProto(reply, request, headers.At(reply.Revision));
    }

    /// <summary>Compaction is logical when this returns; removal goes on in slices behind it, so there is
    /// nothing more for <c>physical</c> to wait for that a client could see (C2, C3).</summary>
    public async ValueTask<CompactionResponse> CompactAsync(CompactionRequest request, CancellationToken token)
    {
        var outcome = await engine.ProposeAsync(Command.NewCompact(request.Revision), token);
        return new CompactionResponse { Header = headers.At(outcome.ReplyOrThrow<Reply>().Revision) };
    }

    private async ValueTask<RangeResponse> RangeAsync(ValueTask<StoreState> read, RangeRequest request) =>
        Range(await read, request);

    private RangeResponse Range(StoreState state, RangeRequest request)
    {
        var (error, reply) = state.Range(KvMapping.ToCore(request));
        StoreErrors.ThrowIfAny(error);
        return KvMapping.ToProto(reply, headers.At(reply.Revision), request.KeysOnly);
    }

    private async ValueTask<TxnReply> ReadTxnAsync(TxnRequest request, CancellationToken token)
    {
        var state = TxnValidation.IsSerializable(request) ? engine.State : await engine.ReadAsync(token);
        var (error, reply) = state.ReadTxn(TxnMapping.ToCore(request));
        StoreErrors.ThrowIfAny(error);
        return reply;
    }
}
