// One server-streaming RPC as both front ends, gRPC and JSON, call it: admission, counting, the end of
// the stream when the leader is lost or the node stops, and translation of errors around one handler.
using Grpc.Core;

namespace Kv.Node.Grpc;

/// <summary>A server-streaming RPC with its handler.</summary>
internal sealed class ServerStreamRpc<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
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
    public Task ServeAsync(TRequest request, IAsyncStreamWriter<TResponse> responses, ServerCallContext context)
    {
        ClientVersions.Stream.Count(context);
        return InvokeAsync(request, responses, RpcGate.RequiresLeader(context), context.CancellationToken);
    }

    /// <summary>Serves a request from either front end.</summary>
    /// <exception cref="RpcException">The request failed, or the stream ended with an error.</exception>
    public async Task InvokeAsync(
        TRequest request,
        IAsyncStreamWriter<TResponse> responses,
        bool requiresLeader,
        CancellationToken token)
    {
        var started = _metrics.CountStarted();
        using var lost = new CancellationTokenSource();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(token, _stopping, lost.Token);
        try
        {
            _gate.Check(_servedByLearner(request), requiresLeader);
            using var watching = requiresLeader ? _leader.Watch(lost) : null;
            await _handler(request, responses, ended.Token);
            _metrics.CountHandled(StatusCode.OK, started);
        }
        catch (Exception e)
        {
            _gate.Look(e);
            var error = RpcErrors.TryTranslate(StreamEnd.Reason(e, lost.Token, _stopping, ended.Token));
            _metrics.CountHandled(error?.StatusCode ?? StatusCode.Unknown, started);
            if (error is null || ReferenceEquals(error, e))
            {
                throw;
            }

            throw error;
        }
    }
}
