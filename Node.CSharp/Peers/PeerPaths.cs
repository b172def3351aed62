// The paths of the peer port. Those that other tools read are etcd's (etcd-facts §3.2); the streams
// are our own and share only their first segment with etcd's.
namespace Kv.Node.Peers;

/// <summary>Paths of the peer port.</summary>
internal static class PeerPaths
{
    /// <summary>POST: frames of messages for as long as the connection lasts.</summary>
    public const string Stream = "/raft/stream";

    /// <summary>POST: one frame with the message, then the frames of the state.</summary>
    public const string Snapshot = "/raft/snapshot";

    /// <summary>GET: measures the round-trip time.</summary>
    public const string Probing = "/raft/probing";

    /// <summary>GET: the members as JSON.</summary>
    public const string Members = "/members";

    /// <summary>GET: the hash of the key space at a revision.</summary>
    public const string HashKv = "/members/hashkv";

    /// <summary>POST: a change of the membership, for the leader.</summary>
    public const string MembershipChange = "/members/change";

    /// <summary>GET: versions as JSON.</summary>
    public const string Version = "/version";

    /// <summary>POST: renews leases at the leader.</summary>
    public const string LeaseRenew = "/leases";

    /// <summary>POST: asks the leader how long a lease still has.</summary>
    public const string LeaseTimeToLive = "/leases/internal";
}
