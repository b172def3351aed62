// One server-streaming RPC as both front ends, gRPC and JSON, call it: admission, counting, the end of
// the stream when the leader is lost or the node stops, and translation of errors around one handler.
using Google.Protobuf;
using Grpc.Core;

namespace Kv.Node.Grpc;

/// <summary>A server-streaming RPC, whatever its messages.</summary>
internal abstract class ServerStreamRpc
{
    /// <summary>Reads a request of this RPC with the given parser and serves it.</summary>
    /// <param name="fill">Fills a new, empty request.</param>
    /// <param name="responses">Takes the responses; each write waits until the client has room.</param>
    /// <param name="requiresLeader">The caller insists on a leader.</param>
    /// <param name="token">Ends when the caller is gone.</param>
    /// <exception cref="RpcException">The request failed, or the stream ended with an error.</exception>
    public abstract Task InvokeAsync(
        Action<IMessage> fill,
        IAsyncStreamWriter<IMessage> responses,
        bool requiresLeader,
        CancellationToken token);
}

/// <summary>A server-streaming RPC with its handler.</summary>
internal sealed class ServerStreamRpc<TRequest, TResponse> : ServerStreamRpc
    where TRequest : class, IMessage, new()
    where TResponse : class, IMessage
{
    /// <summary>Serves one request until all is written or the token is cancelled.</summary>
    public delegate Task Handler(
        TRequest request,
        IAsyncStreamWriter<TResponse> responses,
        CancellationToken token);

    private readonly RpcGate _gate;
    private readonly LeaderMonitor _leader;
    private readonly CancellationToken _stopping;
    private readonly RpcMetrics _metrics;
    private readonly Handler _handler;
    private readonly Predicate<TRequest> _servedByLearner;

    /// <param name="gate">Admission.</param>
    /// <param name="leader">Ends streams that insist on a leader.</param>
    /// <param name="service">Full service name.</param>
    /// <param name="method">Method name.</param>
    /// <param name="handler">Does the work; throws <see cref="EtcdException"/> on request errors.</param>
    /// <param name="stopping">Cancelled when the node begins to stop.</param>
    /// <param name="servedByLearner">Which requests a learner serves; none if left out.</param>
    public ServerStreamRpc(
        RpcGate gate,
        LeaderMonitor leader,
        string service,
        string method,
        Handler handler,
        CancellationToken stopping,
        Predicate<TRequest>? servedByLearner = null)
    {
        _gate = gate;
        _leader = leader;
        _stopping = stopping;
        _metrics = new RpcMetrics("server_stream", service, method);
        _handler = handler;
        _servedByLearner = servedByLearner ?? (static _ => false);
    }

    /// <summary>Serves a gRPC call.</summary>
    public Task ServeAsync(TRequest request, IAsyncStreamWriter<TResponse> responses, ServerCallContext context) =>
        InvokeAsync(request, responses, RpcGate.RequiresLeader(context), context.CancellationToken);

    /// <summary>Serves a request from either front end.</summary>
    /// <exception cref="RpcException">The request failed, or the stream ended with an error.</exception>
    public async Task InvokeAsync(
        TRequest request,
        IAsyncStreamWriter<TResponse> responses,
        bool requiresLeader,
        CancellationToken token)
    {
        _metrics.CountStarted();
        using var lost = new CancellationTokenSource();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(token, _stopping, lost.Token);
        try
        {
            _gate.Check(_servedByLearner(request), requiresLeader);
            using var watching = requiresLeader ? _leader.Watch(lost) : null;
            await _handler(request, responses, ended.Token);
            _metrics.CountHandled(StatusCode.OK);
        }
        catch (Exception e)
        {
            _gate.Look(e);
            var error = RpcErrors.TryTranslate(Reason(e, lost.Token, ended.Token));
            _metrics.CountHandled(error?.StatusCode ?? StatusCode.Unknown);
            if (error is null || ReferenceEquals(error, e))
            {
                throw;
            }

            throw error;
        }
    }

    public override Task InvokeAsync(
        Action<IMessage> fill,
        IAsyncStreamWriter<IMessage> responses,
        bool requiresLeader,
        CancellationToken token)
    {
        var request = new TRequest();
        fill(request);
        return InvokeAsync(request, responses, requiresLeader, token);
    }

    /// <summary>Why a cancelled stream was cancelled. Once it is, writing fails in one of several ways.</summary>
    private Exception Reason(Exception error, CancellationToken lost, CancellationToken ended)
    {
        if (!ended.IsCancellationRequested
            || error is not (OperationCanceledException or IOException or InvalidOperationException))
        {
            return error;
        }

        return lost.IsCancellationRequested ? EtcdErrors.NoLeader
            : _stopping.IsCancellationRequested ? EtcdErrors.Stopped
            : new OperationCanceledException(error.Message, error);
    }
}
