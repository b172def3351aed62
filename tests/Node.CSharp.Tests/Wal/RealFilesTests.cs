// The log and the snapshots on real files, with the default settings and small ones.
using Kv.Core.Raft;
using Kv.Node.Ports;
using Kv.Node.Snapshots;
using Kv.Node.Tests.Ports;
using Kv.Node.Tests.Snapshots;
using Kv.Node.Wal;
using Xunit;
using static Kv.Node.Tests.Wal.WalFixture;

namespace Kv.Node.Tests.Wal;

public sealed class RealFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly PhysicalDisk _disk = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void LogComesBackAndSegmentsArePreallocated()
    {
        var path = _directory.Path("wal");
        var entries = Entries(1, 100);
        using (var log = WriteAheadLog.Create(_disk, path, Identity))
        {
            log.Append(Batch(new HardState(1, 2, 99), entries));
            log.Flush(sync: true);
        }

        var segment = Assert.Single(Directory.GetFiles(path, "*.wal"));
        Assert.Equal("0000000000000001-0000000000000001.wal", Path.GetFileName(segment));
        Assert.Equal(64 << 20, new FileInfo(segment).Length);
        var recovered = WriteAheadLog.Recover(_disk, path, out var again);
        again.Dispose();
        Assert.Null(recovered.Repair);
        Assert.Equal(Describe(entries), Describe(recovered.EntriesAfter(NoMark)));
        Assert.Equal([segment], Directory.GetFiles(path, "*.wal"));
        Assert.Empty(Directory.GetFiles(path, "*.tmp"));
    }

    [Fact]
    public void SegmentsPreparedInTheBackgroundAreUsedAndReleased()
    {
        var path = _directory.Path("wal");
        var options = new WalOptions { SegmentBytes = 64 << 10 };
        var entries = Entries(1, 3000, dataBytes: 200);
        using (var log = WriteAheadLog.Create(_disk, path, Identity, options))
        {
            for (var i = 0; i < entries.Length; i += 100)
            {
                log.Append(Batch(entries[i..(i + 100)]));
                log.Flush(sync: true);
            }

            Assert.True(Directory.GetFiles(path, "*.wal").Length > 8);
            log.AppendSnapshotMark(Mark(2500));
            log.Release(2500);
            Assert.InRange(Directory.GetFiles(path, "*.wal").Length, 2, 4);
        }

        var recovered = WriteAheadLog.Recover(_disk, path, out var again, options);
        again.Dispose();
        Assert.Equal(Describe(entries[2500..]), Describe(recovered.EntriesAfter(Mark(2500))));
    }

    [Fact]
    public void FlippedBitOfARealSegmentIsNamed()
    {
        var path = _directory.Path("wal");
        using (var log = WriteAheadLog.Create(_disk, path, Identity))
        {
            log.Append(Batch(Entries(1, 10)));
            log.Flush(sync: true);
        }

        var segment = Directory.GetFiles(path, "*.wal").Single();
        using (var file = _disk.Open(segment))
        {
            var one = new byte[1];
            file.Read(one, 300);
            file.Write([(byte)(one[0] ^ 2)], 300);
        }

        var damage = Assert.Throws<CorruptLogException>(() => WriteAheadLog.Recover(_disk, path, out _));
        Assert.Equal(segment, damage.File);
        Assert.InRange(damage.Offset, 300 - 64, 300);

        // A refused start holds on to nothing.
        Assert.Throws<CorruptLogException>(() => WriteAheadLog.Recover(_disk, path, out _));
    }

    [Fact]
    public async Task SnapshotsAreSavedSentReceivedAndLoaded()
    {
        var entries = SnapshotFixture.Puts(2000, 500);
        var walPath = _directory.Path("wal");
        using (var log = WriteAheadLog.Create(_disk, walPath, Identity))
        {
            log.Append(Batch(entries));
            log.Flush(sync: true);
        }

        var state = SnapshotFixture.State(2000, 500);
        var sender = new SnapshotStore(_disk, _directory.Path("one"), SnapshotFixture.ClusterId);
        var info = sender.Save(state);
        Assert.Equal(info.SizeBytes, new FileInfo(info.Path).Length);
        using var stream = new MemoryStream();
        await SnapshotFrames.WriteAsync(state, stream, CancellationToken.None);
        stream.Position = 0;

        var receiver = new SnapshotStore(_disk, _directory.Path("two"), SnapshotFixture.ClusterId);
        receiver.Save(SnapshotFixture.State(0));
        (await receiver.ReceiveAsync(stream, CancellationToken.None)).Commit();

        var recovered = WriteAheadLog.Recover(_disk, walPath, out var again);
        again.Dispose();
        var loaded = new SnapshotStore(_disk, _directory.Path("two"), SnapshotFixture.ClusterId).LoadNewest(recovered);
        Assert.Equal(state.StateHash(), loaded.State.StateHash());
        Assert.Equal(2000UL, loaded.Info.Index);
    }
}
