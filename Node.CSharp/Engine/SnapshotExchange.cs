// Snapshots between members: sending the applied state to a follower that fell behind the log, and
// holding a received one until Raft says whether it is wanted.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Ports;
using Kv.Node.Snapshots;

namespace Kv.Node.Engine;

/// <summary>Sends and receives whole states.</summary>
internal sealed class SnapshotExchange(
    ulong memberId,
    SnapshotStore store,
    IPeerNetwork network,
    Mailbox mailbox,
    ILogger logger,
    CancellationToken stopping)
{
    private readonly Lock _lock = new();
    private ReceivedSnapshot? _received;

    /// <summary>Starts sending a state; Raft learns how it went.</summary>
    public void Send(ulong peer, ulong term, StoreState state) => _ = SendAsync(peer, term, state);

    /// <summary>Takes a snapshot stream from a peer. The file is durable before Raft hears of it, so
    /// the log may refer to it at once.</summary>
    /// <returns>False if the frames are damaged or do not belong to the message.</returns>
    public async Task<bool> ReceiveAsync(Message message, Stream frames, CancellationToken token)
    {
        if (message.Body is not MessageBody.InstallSnapshot install)
        {
            return false;
        }

        ReceivedSnapshot received;
        try
        {
            received = await store.ReceiveAsync(frames, token);
        }
        catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException)
        {
            logger.SnapshotRefused(message.From.ToString("x"), damage.Message);
            return false;
        }

        if (received.Mark.Index != install.Mark.Index || received.Mark.Term != install.Mark.Term)
        {
            received.Discard();
            return false;
        }

        received.Commit();
        logger.SnapshotReceived(message.From.ToString("x"), received.Mark.Index, received.State.KeyCount);
        lock (_lock)
        {
            _received = received;
        }

        mailbox.Post(Input.NewReceived(message));
        return true;
    }

    /// <summary>The state received for this mark.</summary>
    /// <exception cref="Core.InvariantException">Raft asked for a state that was not received.</exception>
    public StoreState TakeReceived(SnapshotMark mark)
    {
        lock (_lock)
        {
            if (_received is not { } received
                || received.Mark.Index != mark.Index || received.Mark.Term != mark.Term)
            {
                throw new Core.InvariantException(
                    "snapshot-not-held", $"no received snapshot at index {mark.Index}, term {mark.Term}");
            }

            _received = null;
            return received.State;
        }
    }

    /// <summary>Never throws: Raft is told in any case, and asks again.</summary>
    private async Task SendAsync(ulong peer, ulong term, StoreState state)
    {
        var mark = state.Mark;
        var sent = false;
        try
        {
            var message = new Message(memberId, peer, term, MessageBody.NewInstallSnapshot(mark));
            sent = await network.SendSnapshotAsync(message, state, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The node stops; nobody waits for the answer.
        }
        finally
        {
            mailbox.Post(Input.NewSnapshotSent(peer, mark.Index, sent));
        }
    }
}
