// One watcher on one stream, as its client saw it.
using Kv.Node.Protos;

namespace Kv.Simulation.Workload;

/// <summary>What was asked for, and what came.</summary>
/// <param name="Client">Whose it is; it goes on in another session when a connection breaks.</param>
/// <param name="Request">What was asked for.</param>
internal sealed record WatchSession(int Client, WatchCreateRequest Request)
{
    public List<WatchResponse> Responses { get; } = [];

    /// <summary>When each of them came.</summary>
    public List<long> Times { get; } = [];
}
