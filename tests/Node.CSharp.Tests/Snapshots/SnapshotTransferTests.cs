// Snapshots over a stream: whole, in pieces, damaged, cut off.
using Kv.Node.Snapshots;
using Kv.Node.Tests.Wal;
using Xunit;
using static Kv.Node.Tests.Snapshots.SnapshotFixture;

namespace Kv.Node.Tests.Snapshots;

public sealed class SnapshotTransferTests
{
    private readonly FaultDisk _disk = new();
    private readonly SnapshotStore _store;

    public SnapshotTransferTests()
    {
        _store = Store(_disk);
        _store.Save(State(0));
    }

    [Fact]
    public async Task SentStateArrivesAndLeavesTheRestOfTheStream()
    {
        var state = State(500, 1000);
        var bytes = await BytesAsync(state);
        using var stream = new TrickleStream([.. bytes, 1, 2, 3]);

        var received = await _store.ReceiveAsync(stream, CancellationToken.None);

        Assert.Equal(500UL, received.Mark.Index);
        Assert.Equal(state.StateHash(), received.State.StateHash());
        Assert.Equal(1, stream.ReadByte());
        Assert.DoesNotContain(PathOf(500), _disk.Paths());

        var info = received.Commit();
        Assert.Equal(bytes, _disk.Content(info.Path));
        Assert.Equal(bytes.Length, info.SizeBytes);
        Assert.Equal(PathOf(500), info.Path);
        Assert.Contains(PathOf(500), _disk.Crash(CrashKind.NothingUnsynced, new Random(1)).Paths());
        Assert.Throws<InvalidOperationException>(received.Discard);
    }

    [Fact]
    public async Task StreamAndFileAreTheSameBytes()
    {
        var info = _store.Save(State(100));
        Assert.Equal(_disk.Content(info.Path), await BytesAsync(State(100)));
    }

    [Fact]
    public async Task DiscardedSnapshotLeavesNothing()
    {
        using var stream = new MemoryStream(await BytesAsync(State(10)));
        var received = await _store.ReceiveAsync(stream, CancellationToken.None);
        received.Discard();
        Assert.Equal([PathOf(0, 0)], _disk.Paths());
        Assert.Throws<InvalidOperationException>(() => received.Commit());
    }

    [Fact]
    public async Task PruneLeavesASnapshotBeingReceivedAlone()
    {
        using var stream = new MemoryStream(await BytesAsync(State(10)));
        var received = await _store.ReceiveAsync(stream, CancellationToken.None);
        _store.Prune(1);
        Assert.Equal(PathOf(10), received.Commit().Path);
        Assert.Contains(PathOf(10), _disk.Paths());
    }

    [Fact]
    public async Task DamageOnTheWayIsRefusedAndLeavesNothing()
    {
        var bytes = await BytesAsync(State(20));
        for (var at = 0; at < bytes.Length; at += 3)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x10;
            using var stream = new MemoryStream(damaged);
            var failure = await Record.ExceptionAsync(() => _store.ReceiveAsync(stream, CancellationToken.None));
            Assert.True(failure is InvalidDataException or EndOfStreamException, $"byte {at}: {failure}");
        }

        Assert.Equal([PathOf(0, 0)], _disk.Paths());
    }

    [Fact]
    public async Task StreamThatEndsEarlyIsRefusedAndLeavesNothing()
    {
        var bytes = await BytesAsync(State(20));
        for (var length = 0; length < bytes.Length; length += 11)
        {
            using var stream = new MemoryStream(bytes[..length]);
            await Assert.ThrowsAsync<EndOfStreamException>(() => _store.ReceiveAsync(stream, CancellationToken.None));
        }

        Assert.Equal([PathOf(0, 0)], _disk.Paths());
    }

    [Fact]
    public async Task CancelledTransferLeavesNothing()
    {
        using var stop = new CancellationTokenSource();
        using var stream = new TrickleStream(await BytesAsync(State(500, 1000))) { OnRead = at =>
        {
            if (at > 100_000)
            {
                stop.Cancel();
            }
        } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.ReceiveAsync(stream, stop.Token));
        Assert.Equal([PathOf(0, 0)], _disk.Paths());
    }

    [Fact]
    public async Task StateOfAnotherClusterIsRefused()
    {
        using var stream = new MemoryStream(await BytesAsync(State(10, clusterId: 5)));
        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => _store.ReceiveAsync(stream, CancellationToken.None));
        Assert.Equal("it belongs to cluster 5, not to c1", refused.Message);
    }

    private static async Task<byte[]> BytesAsync(Core.Apply.StoreState state)
    {
        using var stream = new MemoryStream();
        await SnapshotFrames.WriteAsync(state, stream, CancellationToken.None);
        return stream.ToArray();
    }

    /// <summary>Gives a few bytes at a time, as a network may.</summary>
    private sealed class TrickleStream(byte[] bytes) : MemoryStream(bytes)
    {
        public Action<long> OnRead { get; init; } = _ => { };

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            OnRead(Position);
            var count = Math.Min(buffer.Length, 1 + (int)(Position % 1400));
            return base.ReadAsync(buffer[..count], cancellationToken);
        }
    }
}
