// Stands in for the engine: keeps what the network tells it.
using System.Collections.Concurrent;
using System.Threading.Channels;
using Kv.Core.Raft;
using Kv.Node.Ports;

namespace Kv.Node.Tests.Peers;

internal sealed class RecordingHandler : IPeerHandler
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly Channel<Message> _messages = Channel.CreateUnbounded<Message>();

    private readonly Channel<ulong> _unreachable = Channel.CreateUnbounded<ulong>();

    /// <summary>Installs a snapshot; by default it is read to its end and accepted.</summary>
    public Func<Message, Stream, CancellationToken, Task<bool>> OnSnapshot { get; set; } = async (_, frames, token) =>
    {
        await frames.CopyToAsync(Stream.Null, token);
        return true;
    };

    public ConcurrentQueue<Message> Snapshots { get; } = new();

    public int WaitingMessages => _messages.Reader.Count;

    public int UnreachableReports => _unreachable.Reader.Count;

    public void Received(Message message) => _messages.Writer.TryWrite(message);

    public Task<bool> ReceivedSnapshotAsync(Message message, Stream frames, CancellationToken token)
    {
        Snapshots.Enqueue(message);
        return OnSnapshot(message, frames, token);
    }

    public void Unreachable(ulong peerId) => _unreachable.Writer.TryWrite(peerId);

    /// <summary>Who says that this member was removed.</summary>
    public ConcurrentQueue<ulong> RemovalReports { get; } = new();

    public void RemovedSays(ulong peerId) => RemovalReports.Enqueue(peerId);

    /// <summary>The next message, waited for.</summary>
    public async Task<Message> NextMessageAsync()
    {
        using var limit = new CancellationTokenSource(Deadline);
        return await _messages.Reader.ReadAsync(limit.Token);
    }

    /// <summary>The next report of an unreachable peer, waited for.</summary>
    public async Task<ulong> NextUnreachableAsync()
    {
        using var limit = new CancellationTokenSource(Deadline);
        return await _unreachable.Reader.ReadAsync(limit.Token);
    }
}
