// One server-streaming RPC as both front ends, gRPC and JSON, call it.
using Grpc.Core;
using Kv.Node.Auth;

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
        CallIdentity identity,
        CancellationToken token);

    private readonly StreamScope _scope;
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
        _scope = new StreamScope(
            gate, leader, new RpcMetrics("server_stream", service, method), RpcGate.IsServedByFenced(service), AccessTable.Of(service, method), stopping);
        _handler = handler;
        _servedByLearner = servedByLearner ?? (static _ => false);
    }

    /// <summary>Serves a gRPC call.</summary>
    public Task ServeAsync(TRequest request, IAsyncStreamWriter<TResponse> responses, ServerCallContext context)
    {
        ClientVersions.Stream.Count(context);
        return InvokeAsync(request, responses, new CallOrigin(context.GetHttpContext(), IsGateway: false), context.CancellationToken);
    }

    /// <summary>Serves a request from either front end.</summary>
    /// <exception cref="RpcException">The request failed, or the stream ended with an error.</exception>
    public Task InvokeAsync(
        TRequest request,
        IAsyncStreamWriter<TResponse> responses,
        CallOrigin origin,
        CancellationToken token) => _scope.RunAsync(
            (identity, ended) => _handler(request, responses, identity, ended), _servedByLearner(request), origin, token);
}
