using Grpc.Core;
using Kv.Node.Protos.Health;
using Xunit;
using ServingStatus = Kv.Node.Protos.Health.HealthCheckResponse.Types.ServingStatus;

namespace Kv.Node.Tests.Http;

/// <summary>gRPC's health service.</summary>
public sealed class HealthServiceTests : IAsyncLifetime
{
    private const string Service = "grpc.health.v1.Health";

    private RunningNode _node = null!;

    public async Task InitializeAsync() => _node = await RunningNode.StartAsync();

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Fact]
    public async Task The_server_is_serving_and_other_names_are_not_found()
    {
        var response = await _node.CallAsync<HealthCheckRequest, HealthCheckResponse>(Service, "Check", new());
        Assert.Equal(ServingStatus.Serving, response.Status);

        var error = await Assert.ThrowsAsync<RpcException>(() => _node.CallAsync<HealthCheckRequest, HealthCheckResponse>(
            Service, "Check", new HealthCheckRequest { Service = "other" }));
        Assert.Equal((StatusCode.NotFound, "unknown service"), (error.StatusCode, error.Status.Detail));
    }

    [Fact]
    public async Task A_watch_tells_the_status_and_the_stop()
    {
        using var known = Watch("");
        using var unknown = Watch("other");
        Assert.Equal(ServingStatus.Serving, await NextAsync(known));
        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(unknown));

        var stopping = _node.StopClientsAsync();

        Assert.Equal(ServingStatus.NotServing, await NextAsync(known));
        foreach (var call in new[] { known, unknown })
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => NextAsync(call));
            Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        }

        await stopping;
    }

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> call) =>
        await call.ResponseStream.MoveNext()
            ? call.ResponseStream.Current.Status
            : throw new EndOfStreamException();

    private AsyncServerStreamingCall<HealthCheckResponse> Watch(string service) =>
        _node.Read<HealthCheckRequest, HealthCheckResponse>(
            Service, "Watch", new HealthCheckRequest { Service = service });
}
