// The engine's way out to the other members. A port: the simulator replaces it.
using Kv.Core.Apply;
using Kv.Core.Raft;

namespace Kv.Node.Ports;

/// <summary>Carries messages to the other members. Messages may be lost, and order is kept only
/// between two members as long as their connection lasts; Raft expects no more. None arrives twice: a
/// proposal that a member passed on would be made twice.</summary>
internal interface IPeerNetwork
{
    /// <summary>Says who is to be told what happens. Called once, before anything else.</summary>
    void Start(IPeerHandler handler);

    /// <summary>Sends a message to <see cref="Message.To"/>, or drops it and reports the peer as
    /// unreachable. Never blocks. A message to an unknown member or to this one is dropped.</summary>
    void Send(Message message);

    /// <summary>Says who the other members are; this member may be among them and is left out.
    /// Called again whenever the membership changes.</summary>
    void SetPeers(IReadOnlyList<PeerAddress> peers);

    /// <summary>How long messages have been flowing to a peer without a break; null if they are not, or
    /// if it is no peer.</summary>
    TimeSpan? ConnectedFor(ulong peerId);

    /// <summary>Sends a whole state, on a connection of its own.</summary>
    /// <param name="installSnapshot">The message that goes with it.</param>
    /// <param name="state">The state; it is read while sending.</param>
    /// <param name="token">Gives up.</param>
    /// <returns>True when the peer has installed it; false on any failure.</returns>
    Task<bool> SendSnapshotAsync(Message installSnapshot, StoreState state, CancellationToken token);
}
