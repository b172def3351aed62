// The versions a member reports on /version.
using System.Text.Json.Serialization;
using Kv.Core.Apply;
using Kv.Node.Diagnostics;
using Kv.Node.Grpc;

namespace Kv.Node.Peers;

/// <summary>Versions as etcd names them.</summary>
/// <param name="Server">This server's.</param>
/// <param name="Cluster">The one the cluster agreed on, <c>not_decided</c> before that.</param>
/// <param name="Storage">The stored data's, <c>unknown</c> before it is set.</param>
/// <param name="Product">The version of this program itself; etcd has no such field, clients pass it over.</param>
internal sealed record VersionReport(
    [property: JsonPropertyName("etcdserver")] string Server,
    [property: JsonPropertyName("etcdcluster")] string Cluster,
    [property: JsonPropertyName("storage")] string Storage,
    [property: JsonPropertyName("kvnode")] string Product)
{
    /// <summary>The versions as of a state.</summary>
    public static VersionReport Of(StoreState state) =>
        new(
            EtcdVersion.Server,
            state.ClusterVersion.Length > 0 ? state.ClusterVersion : EtcdVersion.NotDecided,
            EtcdVersion.Storage,
            ProductVersion.Product);
}
