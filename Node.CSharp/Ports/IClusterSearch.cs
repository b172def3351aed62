// How a member without data finds out about the cluster it belongs to. A port: the simulator replaces it.
using Kv.Node.Peers;

namespace Kv.Node.Ports;

/// <summary>Asks for running clusters.</summary>
internal interface IClusterSearch
{
    /// <summary>Asks members of a running cluster who its members are, all at once.</summary>
    /// <param name="urls">Peer URLs to ask.</param>
    /// <param name="patience">How long the slowest may take.</param>
    /// <param name="token">Gives up.</param>
    /// <returns>The answers, in the order of the URLs; those who gave none are left out.</returns>
    Task<IReadOnlyList<RemoteCluster>> FindClustersAsync(IEnumerable<Uri> urls, TimeSpan patience, CancellationToken token);
}
