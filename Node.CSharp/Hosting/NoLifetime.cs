namespace Kv.Node.Hosting;

/// <summary>The lifetime of a web application that is only a part of the process: the node decides when
/// it stops. The framework's own would act on SIGTERM by itself, and close the peers' streams before
/// leadership is handed over.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
