// Frames and the queue in front of them, without a network.
using System.Buffers;
using Kv.Core.Raft;
using Kv.Node.Peers;
using Xunit;

namespace Kv.Node.Tests.Peers;

public sealed class FramingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(1000)]
    public void Frames_come_out_whole_however_they_were_cut(int pieceBytes)
    {
        var frames = new FrameBuffer();
        frames.AddKeepAlive();
        frames.Add(Heartbeat(1), 1000);
        frames.AddKeepAlive();
        frames.Add(Heartbeat(2), 1000);
        var reader = new FrameReader(1000);
        var commits = new List<ulong>();

        foreach (var piece in frames.Written.ToArray().Chunk(pieceBytes))
        {
            // What a reader leaves is offered again in front of the next piece, as a pipe does.
            _left = [.. _left, .. piece];
            var buffer = new ReadOnlySequence<byte>(_left);
            while (reader.TryRead(ref buffer, out var frame))
            {
                Assert.True(MessageCodec.TryDecode(frame, out var message));
                commits.Add(((MessageBody.Heartbeat)message.Body).Commit);
            }

            _left = buffer.ToArray();
        }

        Assert.Equal([1UL, 2UL], commits);
        Assert.True(reader.IsAtBoundary);
        Assert.Empty(_left);
    }

    [Fact]
    public void A_length_over_the_limit_is_refused_before_the_bytes_are_there()
    {
        var reader = new FrameReader(10);
        var buffer = new ReadOnlySequence<byte>([11, 0, 0, 0]);

        Assert.Throws<InvalidDataException>(() => reader.TryRead(ref buffer, out _));
    }

    [Fact]
    public void A_message_over_the_limit_leaves_no_trace_in_the_buffer()
    {
        var frames = new FrameBuffer();
        frames.Add(Heartbeat(1), 1000);
        var before = frames.Written.ToArray();

        var size = frames.Add(Append(100_000), 1000);

        Assert.True(size > 100_000);
        Assert.Equal(before, frames.Written.ToArray());
    }

    [Fact]
    public void The_queue_is_bounded_by_count_and_by_bytes()
    {
        var byCount = new PeerQueue(2, long.MaxValue);
        var byBytes = new PeerQueue(100, 3000);

        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => byCount.TryAdd(Heartbeat(1))));
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => byBytes.TryAdd(Append(1000))));
        Assert.True(byBytes.TryTake(out _));
        Assert.True(byBytes.TryAdd(Append(1000)));
        Assert.Equal(2, byBytes.Clear());
        Assert.True(byBytes.TryAdd(Append(100_000)), "a message of any size fits an empty queue");
        Assert.False(byBytes.TryAdd(Heartbeat(1)));
    }

    [Fact]
    public void A_keep_alive_is_queued_only_when_nothing_else_is()
    {
        var queue = new PeerQueue(10, 1000);
        queue.AddKeepAlive();
        queue.AddKeepAlive();

        Assert.True(queue.TryTake(out var message));
        Assert.Null(message);
        Assert.False(queue.TryTake(out _));
    }

    private byte[] _left = [];

    private static Message Heartbeat(ulong commit) => new(1, 2, 3, MessageBody.NewHeartbeat(commit, 0));

    private static Message Append(int bytes) => new(1, 2, 3, MessageBody.NewAppend(
        4, 3, [new Entry(5, 3, EntryKind.Normal, new byte[bytes])], 4));
}
