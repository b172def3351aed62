// One unary RPC as both front ends, gRPC and JSON, call it: admission, counting and translation of
// errors around one handler. This is on the path of every put and get, hence a single async frame.
using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Kv.Core.Auth;
using Kv.Node.Auth;
using Kv.Node.Diagnostics;

namespace Kv.Node.Grpc;

/// <summary>A unary RPC, whatever its messages.</summary>
internal abstract class UnaryRpc
{
    /// <summary>Reads a request of this RPC with the given parser and serves it.</summary>
    /// <param name="fill">Fills a new, empty request.</param>
    /// <param name="origin">Where it came from.</param>
    /// <param name="token">Ends when the caller is gone.</param>
    /// <exception cref="RpcException">The request failed.</exception>
    public abstract Task<IMessage> InvokeAsync(Action<IMessage> fill, CallOrigin origin, CancellationToken token);
}

/// <summary>A unary RPC with its handler.</summary>
internal sealed class UnaryRpc<TRequest, TResponse> : UnaryRpc
    where TRequest : class, IMessage, new()
    where TResponse : class, IMessage
{
    private readonly RpcGate _gate;
    private readonly RpcMetrics _metrics;
    private readonly Func<TRequest, Caller, CancellationToken, ValueTask<TResponse>> _handler;
    private readonly AccessRule _rule;
    private readonly SlowRequests? _slow;
    private readonly Predicate<TRequest> _servedByLearner;
    private readonly bool _servedByFenced;

    /// <param name="gate">Admission.</param>
    /// <param name="service">Full service name.</param>
    /// <param name="method">Method name.</param>
    /// <param name="handler">Does the work; throws <see cref="EtcdException"/> on request errors.</param>
    /// <param name="servedByLearner">Which requests a learner serves; none if left out.</param>
    public UnaryRpc(
        RpcGate gate,
        string service,
        string method,
        Func<TRequest, Caller, CancellationToken, ValueTask<TResponse>> handler,
        Predicate<TRequest>? servedByLearner = null)
    {
        _gate = gate;
        _metrics = new RpcMetrics("unary", service, method);
        _handler = handler;
        _rule = AccessTable.Of(service, method);
        _slow = SlowRequests.Concerns(service) ? gate.Slow : null;
        _servedByFenced = RpcGate.IsServedByFenced(service);
        _servedByLearner = servedByLearner ?? (static _ => false);
    }

    /// <summary>Serves a gRPC call.</summary>
    public Task<TResponse> ServeAsync(TRequest request, ServerCallContext context)
    {
        ClientVersions.Unary.Count(context);
        return InvokeAsync(request, new CallOrigin(context.GetHttpContext(), IsGateway: false), context.CancellationToken);
    }

    /// <summary>Serves a request from either front end.</summary>
    /// <exception cref="RpcException">The request failed.</exception>
    public async Task<TResponse> InvokeAsync(TRequest request, CallOrigin origin, CancellationToken token)
    {
        var started = _metrics.CountStarted();
        var trace = Tracing.StartCall(_metrics.Service, _metrics.Method, origin.Http.Request.Headers);
        try
        {
            _gate.Check(_servedByLearner(request), _servedByFenced, origin.RequiresLeader);
            var response = _gate.Authenticator.IsOn
                ? await ServeKnownAsync(request, origin, token)
                : await _handler(request, Caller.Nobody, token);
            End(StatusCode.OK, started, trace, request);
            return response;
        }
        catch (Exception e)
        {
            _gate.Look(e);
            var error = RpcErrors.TryTranslate(e);
            End(error?.StatusCode ?? StatusCode.Unknown, started, trace, request);
            if (error is null || ReferenceEquals(error, e))
            {
                throw;
            }

            throw error;
        }
    }

    /// <summary>Serves a caller who must be known. Apart, because its closure would else be made for every
    /// call, while authentication is off as well.</summary>
    private ValueTask<TResponse> ServeKnownAsync(TRequest request, CallOrigin origin, CancellationToken token) =>
        _gate.Authenticator.ServeAsync(origin, _rule, caller => _handler(request, caller, token), token);

    private void End(StatusCode code, long started, Activity? trace, TRequest request)
    {
        var took = _metrics.CountHandled(code, started);
        if (_slow is not null && took > _slow.Limit)
        {
            _slow.Look($"{_metrics.Service}/{_metrics.Method}", took, request.CalculateSize());
        }

        Tracing.End(trace, code);
    }

    public override async Task<IMessage> InvokeAsync(
        Action<IMessage> fill,
        CallOrigin origin,
        CancellationToken token)
    {
        var request = new TRequest();
        fill(request);
        return await InvokeAsync(request, origin, token);
    }
}
