// What the KV service does, apart from how a call arrives. Reads of local data complete at once.
using System.Diagnostics;
using Grpc.Core;
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Mvcc;
using Kv.Node.Auth;
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
    public ValueTask<RangeResponse> RangeAsync(RangeRequest request, Caller caller, CancellationToken token)
    {
        KvValidation.Check(request);
        KvMetrics.Ranges.Inc();
        var started = Stopwatch.GetTimestamp();
        if (request.Serializable)
        {
            return new(Range(engine.State, request, caller, started));
        }

        var read = engine.ReadAsync(token);
        return read.IsCompletedSuccessfully
            ? new(Range(read.Result, request, caller, started))
            : RangeAsync(read, request, caller, started);
    }

    /// <summary>As <see cref="RangeAsync(RangeRequest, Caller, CancellationToken)"/>, in pieces. The state is
    /// immutable, so all pieces are of one revision; only references to the rows are held meanwhile.</summary>
    public async Task RangeStreamAsync(
        RangeRequest request,
        IAsyncStreamWriter<RangeStreamResponse> responses,
        CallIdentity identity,
        CancellationToken token)
    {
        KvValidation.CheckStream(request);
        KvMetrics.Ranges.Inc();
        var caller = await identity.WhoAsync(token);
        var state = request.Serializable ? engine.State : await engine.ReadAsync(token);
        StoreErrors.ThrowIfAny(state.Auth.CheckRead(caller, request.Key.Memory, request.RangeEnd.Memory));
        var (error, reply) = state.Range(KvMapping.ToCore(request));
        StoreErrors.ThrowIfAny(error);
        var pieces = new RangePieces(reply, headers.At(reply.Revision), request.KeysOnly);
        while (pieces.TryTake() is { } piece)
        {
            await responses.WriteAsync(new RangeStreamResponse { RangeResponse = piece }, token);
        }
    }

    public async ValueTask<PutResponse> PutAsync(PutRequest request, Caller caller, CancellationToken token)
    {
        KvValidation.Check(request);
        var outcome = await engine.ProposeAsync(
            Command.NewPut(KvMapping.ToCore(request)), caller, PutCost.Of(request), token);
        var reply = outcome.ReplyOrThrow<PutReply>();
        return KvMapping.ToProto(reply, headers.At(reply.Revision));
    }

    public async ValueTask<DeleteRangeResponse> DeleteRangeAsync(DeleteRangeRequest request, Caller caller, CancellationToken token)
    {
        KvValidation.Check(request);
        var outcome = await engine.ProposeAsync(Command.NewDeleteRange(KvMapping.ToCore(request)), caller, token);
        var reply = outcome.ReplyOrThrow<DeleteReply>();
        return KvMapping.ToProto(reply, headers.At(reply.Revision));
    }

    public async ValueTask<TxnResponse> TxnAsync(TxnRequest request, Caller caller, CancellationToken token)
    {
        TxnValidation.Check(request, options.MaxTxnOps);
        var reply = TxnValidation.IsReadOnly(request)
            ? await ReadTxnAsync(request, caller, token)
            : await WriteTxnAsync(request, caller, token);
        return TxnMapping.ToProto(reply, request, headers.At(reply.Revision));
    }

    /// <summary>A compaction counts at once; its rows go in slices behind it, and <c>physical</c> waits for
    /// the last of them on this member (C2, C3).</summary>
    public async ValueTask<CompactionResponse> CompactAsync(CompactionRequest request, Caller caller, CancellationToken token)
    {
        var outcome = await engine.ProposeAsync(Command.NewCompact(request.Revision), caller, token);
        var revision = outcome.ReplyOrThrow<Reply>().Revision;
        if (request.Physical)
        {
            await engine.WhenSweptAsync(token);
        }

        return new CompactionResponse { Header = headers.At(revision) };
    }

    private async ValueTask<RangeResponse> RangeAsync(
        ValueTask<StoreState> read, RangeRequest request, Caller caller, long started)
    {
        StoreState state;
        try
        {
            state = await read;
        }
        catch (EtcdException)
        {
            KvMetrics.CountRange(started, isSuccess: false);
            throw;
        }

        return Range(state, request, caller, started);
    }

    /// <summary>The users that count are those of the state that is read.</summary>
    private RangeResponse Range(StoreState state, RangeRequest request, Caller caller, long started)
    {
        if (state.Auth.CheckRead(caller, request.Key.Memory, request.RangeEnd.Memory) is var refusal and not StoreError.None)
        {
            KvMetrics.CountRange(started, isSuccess: false);
            throw StoreErrors.ToException(refusal);
        }

        var (error, reply) = state.Range(KvMapping.ToCore(request));
        KvMetrics.CountRange(started, error == StoreError.None);
        StoreErrors.ThrowIfAny(error);
        return KvMapping.ToProto(reply, headers.At(reply.Revision), request.KeysOnly);
    }

    private async ValueTask<TxnReply> WriteTxnAsync(TxnRequest request, Caller caller, CancellationToken token)
    {
        var command = Command.NewTxn(TxnMapping.ToCore(request));
        return (await engine.ProposeAsync(command, caller, PutCost.Of(request), token)).ReplyOrThrow<TxnReply>();
    }

    private async ValueTask<TxnReply> ReadTxnAsync(TxnRequest request, Caller caller, CancellationToken token)
    {
        var mapped = TxnMapping.ToCore(request);
        var state = TxnValidation.IsSerializable(request) ? engine.State : await engine.ReadAsync(token);
        StoreErrors.ThrowIfAny(state.CheckTxn(caller, mapped));
        var (error, reply) = state.ReadTxn(mapped);
        StoreErrors.ThrowIfAny(error);
        KvMetrics.CountReadTxn(reply);
        return reply;
    }
}
