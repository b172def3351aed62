// What the network tells the engine.
using Kv.Core.Raft;

namespace Kv.Node.Ports;

/// <summary>Receives what comes from the other members. Called from any thread.</summary>
internal interface IPeerHandler
{
    /// <summary>A message arrived. Must not block.</summary>
    void Received(Message message);

    /// <summary>A snapshot arrives.</summary>
    /// <param name="message">The message that came with it.</param>
    /// <param name="frames">The state's frames, to be read while they arrive.</param>
    /// <param name="token">Cancelled when the sender is gone.</param>
    /// <returns>True once the state is durable and will be restored; false if it was not usable.</returns>
    Task<bool> ReceivedSnapshotAsync(Message message, Stream frames, CancellationToken token);

    /// <summary>Messages to this peer are being dropped. Reported at a limited rate.</summary>
    void Unreachable(ulong peerId);

    /// <summary>This peer says that this member has been removed from the cluster.</summary>
    void RemovedSays(ulong peerId);
}
