// Nobody is there to be asked for a cluster.
using Kv.Node.Peers;
using Kv.Node.Ports;

namespace Kv.Node.Tests.Peers;

internal sealed class NoClusters : IClusterSearch
{
    public Task<IReadOnlyList<RemoteCluster>> FindClustersAsync(
        IEnumerable<Uri> urls, TimeSpan patience, CancellationToken token) =>
        Task.FromResult<IReadOnlyList<RemoteCluster>>([]);
}
