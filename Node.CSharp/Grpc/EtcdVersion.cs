// The release we speak for. Clients switch features on by it, so it is one constant in one place.
namespace Kv.Node.Grpc;

/// <summary>Versions as etcd reports them.</summary>
internal static class EtcdVersion
{
    /// <summary>The etcd release whose behaviour is served (a plain x.y.z: clients parse it).</summary>
    public const string Server = "3.6.14";

    /// <summary>The cluster version a leader sets: the release with patch 0.</summary>
    public const string Cluster = "3.6.0";

    /// <summary>The version of the stored schema.</summary>
    public const string Storage = "3.6.0";

    /// <summary>What stands for the cluster's version until the members have agreed on one.</summary>
    public const string NotDecided = "not_decided";
}
