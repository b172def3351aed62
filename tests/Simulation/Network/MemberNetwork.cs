// The network port of one process: messages may be lost, late, doubled or out of order; whole states go on a
// connection of their own.
using System.Buffers;
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Ports;
using Kv.Node.Snapshots;
using Kv.Simulation.Cluster;
using Kv.Simulation.Time;

namespace Kv.Simulation.Network;

/// <summary>What a process sends to the other members.</summary>
internal sealed class MemberNetwork(World world, SimMember self, Life life) : IPeerNetwork
{
    /// <summary>After this long a sender takes a state for lost.</summary>
    private const long SnapshotPatience = 5 * Span.Second;

    private readonly Dictionary<ulong, SimMember> _peers = [];
    private HashSet<ulong> _members = [];
    private IPeerHandler? _handler;

    public void Start(IPeerHandler handler)
    {
        _handler = handler;
        self.Handler = handler;
    }

    /// <summary>A peer has called that may not be known yet.</summary>
    public void PeerSeen(ulong peerId, SimMember peer) => _peers.TryAdd(peerId, peer);

    public void SetPeers(IReadOnlyList<PeerAddress> peers)
    {
        var known = peers.Select(peer => peer.Id).ToHashSet();
        foreach (var gone in _members.Where(id => !known.Contains(id)))
        {
            _peers.Remove(gone);
        }

        _members = known;
        foreach (var peer in peers)
        {
            if (world.Find(peer.Urls[0]) is { } member && member != self)
            {
                _peers[peer.Id] = member;
            }
        }
    }

    public TimeSpan? ConnectedFor(ulong peerId) =>
        _peers.TryGetValue(peerId, out var peer) && peer.Life is { IsPaused: false }
        && world.Links.WholeFor(self.Number, peer.Number) is { } whole
            ? TimeSpan.FromTicks(Math.Min(whole, world.Events.Now - Math.Max(peer.StartedAt, self.StartedAt)))
            : null;

    public void Send(Message message)
    {
        if (!_peers.TryGetValue(message.To, out var peer))
        {
            return;
        }

        world.Observers.OnSend(self, message);
        // The port promises that proposals passed on come once at most, which a connection gives; Raft bears the rest.
        var copies = !world.Links.IsHealed && !message.Body.IsPropose && world.Chance.Permille(world.Day.DuplicatePermille) ? 2 : 1;
        for (var i = 0; i < copies; i++)
        {
            var delay = world.Links.Transit(self.Number, peer.Number);
            if (delay < 0 && world.Trace.IsKept)
            {
                world.Trace.Say(self.Name, $"loses {Describe(message)} to {peer.Name}");
            }

            if (delay >= 0)
            {
                world.Events.After(delay, () => Deliver(peer, message));
            }
            else if (world.Chance.Permille(100))
            {
                world.Events.After(Span.Millisecond, () => life.Run(() => _handler!.Unreachable(message.To)));
            }
        }
    }

    public Task<bool> SendSnapshotAsync(Message installSnapshot, StoreState state, CancellationToken token)
    {
        world.Observers.Statistics.Snapshots++;
        var done = new TaskCompletionSource<bool>();
        void End(bool isInstalled) => life.Run(() => done.TrySetResult(isInstalled));
        world.Events.After(SnapshotPatience, () => End(false));
        if (!_peers.TryGetValue(installSnapshot.To, out var peer)
            || world.Links.Passage(self.Number, peer.Number) is not (>= 0 and var delay))
        {
            return done.Task;
        }

        var bytes = new ArrayBufferWriter<byte>();
        var frames = SnapshotFrames.Encode(state);
        while (frames.TryNext(out var piece))
        {
            bytes.Write(piece.Span);
        }

        // Some break off on the way.
        var arrived = !world.Links.IsHealed && world.Chance.Permille(world.Day.LossPermille)
            ? bytes.WrittenMemory[..world.Chance.Below(bytes.WrittenCount)]
            : bytes.WrittenMemory;
        world.Events.After(delay, () => peer.Life?.Run(() => Receive(peer, installSnapshot, arrived, End)));
        return done.Task;
    }

    private async void Receive(SimMember peer, Message message, ReadOnlyMemory<byte> bytes, Action<bool> end)
    {
        if (peer.Engine?.MemberId != message.To)
        {
            return;
        }

        using var frames = new MemoryStream(bytes.ToArray());
        var isInstalled = await peer.Handler!.ReceivedSnapshotAsync(message, frames, CancellationToken.None);
        if (world.Links.Passage(peer.Number, self.Number) is >= 0 and var delay)
        {
            world.Events.After(delay, () => end(isInstalled));
        }
    }

    private void Deliver(SimMember peer, Message message) => peer.Life?.Run(() =>
    {
        if (peer.Engine is not { } engine || engine.MemberId != message.To)
        {
            return;
        }

        world.Trace.Note(message.Term ^ (message.From << 32) ^ message.To);
        if (world.Trace.IsKept)
        {
            world.Trace.Say(peer.Name, $"gets {Describe(message)}");
        }

        if (!engine.State.RemovedMembers.Contains(message.From))
        {
            peer.Network!.PeerSeen(message.From, self);
            peer.Handler!.Received(Recoded(message));
        }
        else if (!world.Links.IsCut(peer.Number, self.Number))
        {
            world.Events.After(Span.Millisecond, () => life.Run(() => _handler!.RemovedSays(message.To)));
        }
    });

    /// <summary>The message after its way through bytes.</summary>
    private static Message Recoded(Message message)
    {
        var bytes = new ArrayBufferWriter<byte>();
        MessageCodec.Encode(message, bytes);
        return MessageCodec.TryDecode(bytes.WrittenMemory, out var decoded)
            ? decoded
            : throw new Violation("codec", $"{Describe(message)} does not survive its bytes");
    }

    private static string Describe(Message message) => Kv.Core.Raft.Describe.Message(message);
}
