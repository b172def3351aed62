// gRPC's health service. It tells that this server answers, no more, as in etcd: whether there is a
// leader is what /readyz is for. A member that stops says so before it goes.
using Grpc.Core;
using Kv.Node.Protos.Health;
using ServingStatus = Kv.Node.Protos.Health.HealthCheckResponse.Types.ServingStatus;

namespace Kv.Node.Grpc;

/// <summary>grpc.health.v1.</summary>
internal sealed class HealthService(IHostApplicationLifetime lifetime) : Health.HealthBase
{
    /// <summary>The only name that is known: the server as a whole.</summary>
    private const string Server = "";

    private static readonly RpcMetrics CheckMetrics = new("unary", "grpc.health.v1.Health", "Check");

    private static readonly RpcMetrics WatchMetrics = new("server_stream", "grpc.health.v1.Health", "Watch");

    private ServingStatus Status =>
        lifetime.ApplicationStopping.IsCancellationRequested ? ServingStatus.NotServing : ServingStatus.Serving;

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        var started = CheckMetrics.CountStarted();
        if (request.Service != Server)
        {
            CheckMetrics.CountHandled(StatusCode.NotFound, started);
            throw new RpcException(new Status(StatusCode.NotFound, "unknown service"));
        }

        CheckMetrics.CountHandled(StatusCode.OK, started);
        return Task.FromResult(new HealthCheckResponse { Status = Status });
    }

    /// <summary>Tells the status and every change of it; there is one change, the stop.</summary>
    public override async Task Watch(
        HealthCheckRequest request,
        IServerStreamWriter<HealthCheckResponse> responseStream,
        ServerCallContext context)
    {
        var started = WatchMetrics.CountStarted();
        var isKnown = request.Service == Server;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await responseStream.WriteAsync(
                new HealthCheckResponse { Status = isKnown ? Status : ServingStatus.ServiceUnknown }, ended.Token);
            await Task.Delay(Timeout.InfiniteTimeSpan, ended.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.CancellationToken.ThrowIfCancellationRequested();
            if (isKnown)
            {
                await responseStream.WriteAsync(
                    new HealthCheckResponse { Status = Status }, context.CancellationToken);
            }

            WatchMetrics.CountHandled(StatusCode.Unavailable, started);
            throw new RpcException(new Status(EtcdErrors.Stopped.Code, EtcdErrors.Stopped.Message));
        }
        catch (OperationCanceledException)
        {
            WatchMetrics.CountHandled(StatusCode.Cancelled, started);
            throw new RpcException(new Status(StatusCode.Cancelled, "context canceled"));
        }
    }
}
