// One bidirectional RPC as both front ends, gRPC and JSON, call it.
using Grpc.Core;
using Kv.Node.Auth;

namespace Kv.Node.Grpc;

/// <summary>A bidirectional stream with its handler.</summary>
internal sealed class StreamRpc<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    /// <summary>Serves one stream until its requests end or the token is cancelled.</summary>
    public delegate Task Handler(
        IAsyncStreamReader<TRequest> requests,
        IAsyncStreamWriter<TResponse> responses,
        CallIdentity identity,
        CancellationToken token);

    private readonly StreamScope _scope;
    private readonly Handler _handler;

    /// <param name="gate">Admission.</param>
    /// <param name="leader">Ends streams that insist on a leader.</param>
    /// <param name="service">Full service name.</param>
    /// <param name="method">Method name.</param>
    /// <param name="handler">Does the work; throws <see cref="EtcdException"/> on request errors.</param>
    /// <param name="stopping">Cancelled when the node begins to stop.</param>
    public StreamRpc(
        RpcGate gate,
        LeaderMonitor leader,
        string service,
        string method,
        Handler handler,
        CancellationToken stopping)
    {
        _scope = new StreamScope(
            gate, leader, new RpcMetrics("bidi_stream", service, method), RpcGate.IsServedByFenced(service), AccessTable.Of(service, method), stopping);
        _handler = handler;
    }

    /// <summary>Serves a gRPC call.</summary>
    public Task ServeAsync(
        IAsyncStreamReader<TRequest> requests,
        IAsyncStreamWriter<TResponse> responses,
        ServerCallContext context)
    {
        ClientVersions.Stream.Count(context);
        return InvokeAsync(requests, responses, new CallOrigin(context.GetHttpContext(), IsGateway: false), context.CancellationToken);
    }

    /// <summary>Serves a stream from either front end.</summary>
    /// <exception cref="RpcException">The stream ended with an error.</exception>
    public Task InvokeAsync(
        IAsyncStreamReader<TRequest> requests,
        IAsyncStreamWriter<TResponse> responses,
        CallOrigin origin,
        CancellationToken token) => _scope.RunAsync(
            (identity, ended) => _handler(requests, responses, identity, ended), servedByLearner: false, origin, token);
}
