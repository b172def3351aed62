// What the peer port needs of the rest of the node.
using Kv.Core.Apply;
using Kv.Node.Diagnostics;
using Kv.Node.Engine;
using Kv.Node.Ports;

namespace Kv.Node.Peers;

/// <summary>The node as seen from its peer port.</summary>
internal sealed record PeerServerContext
{
    /// <summary>Identity and limits.</summary>
    public required PeerOptions Options { get; init; }

    /// <summary>Gets messages and snapshots.</summary>
    public required IPeerHandler Handler { get; init; }

    /// <summary>True for members that were removed; they are refused for ever.</summary>
    public required Func<ulong, bool> IsRemoved { get; init; }

    /// <summary>The members as of now.</summary>
    public required Func<IReadOnlyList<Member>> Members { get; init; }

    /// <summary>The versions as of now.</summary>
    public required Func<VersionReport> Version { get; init; }

    /// <summary>Renews leases if this member leads: of each the granted time to live in seconds, 0 if
    /// there is no such lease; null if another member leads. Must not forward.</summary>
    public required Func<long[], CancellationToken, Task<long[]?>> RenewLeases { get; init; }

    /// <summary>How long a lease has if this member leads; null if another member leads. Must not
    /// forward.</summary>
    public required Func<long, CancellationToken, Task<LeaseTime?>> LeaseTimeToLive { get; init; }

    /// <summary>Changes the membership if this member leads; null if another member leads. Must not
    /// forward.</summary>
    public required Func<MembershipRequest, CancellationToken, Task<MembershipResult?>> ChangeMembership { get; init; }

    /// <summary>The hash of this member's key space at a revision.</summary>
    public required Func<long, CancellationToken, ValueTask<KeySpaceHash>> Hash { get; init; }

    /// <summary>Told whenever a peer opens its stream, and where that says it is
    /// (<see cref="PeerTransport.PeerSeen"/>).</summary>
    public required Action<ulong, IReadOnlyList<Uri>> PeerSeen { get; init; }

    /// <summary>Counts traffic.</summary>
    public required NodeMetrics Metrics { get; init; }
}
