// What the log gives back after an orderly end.
using Kv.Core;
using Kv.Core.Raft;
using Kv.Node.Ports;
using Kv.Node.Wal;
using Xunit;
using static Kv.Node.Tests.Wal.WalFixture;

namespace Kv.Node.Tests.Wal;

public sealed class WriteAheadLogTests
{
    [Fact]
    public void NewLogIsEmptyAndKnowsItsOwner()
    {
        var disk = new FaultDisk();
        Assert.False(WriteAheadLog.Exists(disk, WalDirectory));
        Create(disk).Dispose();
        Assert.True(WriteAheadLog.Exists(disk, WalDirectory));

        var recovered = Recover(disk);

        Assert.Equal(Identity, recovered.Identity);
        Assert.Equal((1UL, 0UL), (recovered.FirstIndex, recovered.LastIndex));
        Assert.Equal(default, recovered.HardState);
        Assert.Empty(recovered.Marks);
        Assert.Null(recovered.Repair);
        Assert.Empty(recovered.EntriesAfter(NoMark));
    }

    [Fact]
    public void NewLogIsDurableAtOnce()
    {
        var disk = new FaultDisk();
        Create(disk);
        Assert.Equal(Identity, Recover(disk.Crash(CrashKind.NothingUnsynced, new Random(1))).Identity);
    }

    [Fact]
    public void CallersHearAsSoonAsTheBatchIsDurableAndNotBefore()
    {
        var disk = new FaultDisk();
        using var log = Create(disk);
        log.Append(Batch(Entry(1)));
        var (syncs, writes) = (disk.SyncCount, disk.WriteCount);
        var told = 0;

        log.Flush(sync: true, () =>
        {
            told++;
            Assert.Equal((syncs + 1, writes + 1), (disk.SyncCount, disk.WriteCount));
            Assert.Equal(1UL, Recover(disk.Crash(CrashKind.NothingUnsynced, new Random(1))).LastIndex);
        });

        Assert.Equal(1, told);
    }

    [Fact]
    public void CreateRefusesADirectoryWithALog()
    {
        var disk = new FaultDisk();
        Create(disk).Dispose();
        Assert.Throws<InvalidOperationException>(() => Create(disk));
        Recover(disk);
    }

    [Fact]
    public void EverythingAppendedComesBack()
    {
        var disk = new FaultDisk();
        var entries = new[]
        {
            Entry(1), new Entry(2, 1, EntryKind.Configuration, new byte[] { 1, 2, 3 }), new Entry(3, 2, EntryKind.Normal, default),
        };
        using (var log = Create(disk))
        {
            log.Append(Batch(new HardState(2, 7, 1), entries));
            log.Append(Batch(Entry(4, 2)));
            log.Flush(sync: true);
            Assert.Equal(4UL, log.LastIndex);
        }

        var recovered = Recover(disk);

        Assert.Equal(new HardState(2, 7, 1), recovered.HardState);
        Assert.Equal(Describe([.. entries, Entry(4, 2)]), Describe(recovered.EntriesAfter(NoMark)));
        Assert.Null(recovered.Repair);
    }

    [Fact]
    public void OneFlushIsOneWriteAndOneSyncAndANote()
    {
        var disk = new FaultDisk();
        using var log = Create(disk, new WalOptions { SegmentBytes = 1 << 20, PrepareAhead = false });
        var (writes, syncs) = (disk.WriteCount, disk.SyncCount);

        for (var i = 0; i < 50; i++)
        {
            log.Append(Batch(Entries((ulong)(i * 10) + 1, 10)));
        }

        log.Flush(sync: true);
        Assert.Equal((writes + 2, syncs + 1), (disk.WriteCount, disk.SyncCount));
        log.Flush(sync: true);
        Assert.Equal((writes + 2, syncs + 1), (disk.WriteCount, disk.SyncCount));
    }

    [Fact]
    public void EntryAtAnOldIndexReplacesTheSuffix()
    {
        var disk = new FaultDisk();
        using (var log = Create(disk))
        {
            log.Append(Batch(Entries(1, 10)));
            log.Append(Batch(Entries(4, 2, term: 2)));
            log.Append(Batch(Entry(6, 3)));
            log.Flush(sync: true);
        }

        var recovered = Recover(disk);
        Assert.Equal(6UL, recovered.LastIndex);
        Assert.Equal(
            Describe([.. Entries(1, 3), .. Entries(4, 2, term: 2), Entry(6, 3)]),
            Describe(recovered.EntriesAfter(NoMark)));
    }

    [Fact]
    public void AppendWithAGapIsABrokenInvariant()
    {
        using var log = Create(new FaultDisk());
        log.Append(Batch(Entry(1)));
        var broken = Assert.Throws<InvariantException>(() => log.Append(Batch(Entry(3))));
        Assert.Equal("wal-append-gap", broken.Id);
    }

    [Fact]
    public void InstalledSnapshotStartsTheLogAnew()
    {
        var disk = new FaultDisk();
        var mark = new SnapshotMark(1000, 5, new Configuration([1, 2], [2, 3], [4], [3], true));
        using (var log = Create(disk))
        {
            log.Append(Batch(Entries(1, 10)));
            log.Append(Reset(mark, Entry(1001, 6)));
            log.Flush(sync: true);
        }

        var recovered = Recover(disk);
        Assert.Equal((1001UL, 1001UL), (recovered.FirstIndex, recovered.LastIndex));
        Assert.Equal(Describe([Entry(1001, 6)]), Describe(recovered.EntriesAfter(mark)));
        Assert.False(recovered.Covers(NoMark));
        Assert.False(recovered.Covers(Mark(5)));
        var configuration = Assert.Single(recovered.Marks).Configuration;
        Assert.Equal([1UL, 2], configuration.Voters);
        Assert.Equal([2UL, 3], configuration.Outgoing);
        Assert.Equal([4UL], configuration.Learners);
        Assert.Equal([3UL], configuration.LearnersNext);
        Assert.True(configuration.AutoLeave);
    }

    [Fact]
    public void MarkIsCoveredOnlyIfTheLogKnowsThatPoint()
    {
        var disk = new FaultDisk();
        using (var log = Create(disk))
        {
            log.Append(Batch(Entries(1, 10, term: 3)));
            log.AppendSnapshotMark(Mark(4, 3));
            log.Flush(sync: true);
        }

        var recovered = Recover(disk);
        Assert.Equal((4UL, 3UL), (recovered.Marks[^1].Index, recovered.Marks[^1].Term));
        Assert.True(recovered.Covers(Mark(4, 3)));
        Assert.True(recovered.Covers(Mark(10, 3)));
        Assert.False(recovered.Covers(Mark(4, 2)));
        Assert.False(recovered.Covers(Mark(11, 3)));
        Assert.Throws<ArgumentException>(() => recovered.EntriesAfter(Mark(11, 3)));
        Assert.Equal(Describe(Entries(5, 6, term: 3)), Describe(recovered.EntriesAfter(Mark(4, 3))));
        Assert.Empty(recovered.EntriesAfter(Mark(10, 3)));
    }

    [Fact]
    public void LogGoesOnOverManySegmentsAndRestarts()
    {
        var disk = new FaultDisk();
        var expected = new List<Entry>();
        Create(disk).Dispose();
        for (var round = 0; round < 8; round++)
        {
            var recovered = Recover(disk, out var log);
            Assert.Equal(Describe(expected), Describe(recovered.EntriesAfter(NoMark)));
            for (var i = 0; i < 20; i++)
            {
                var more = Entries((ulong)expected.Count + 1, 5, dataBytes: 100);
                expected.AddRange(more);
                log.Append(Batch(new HardState(1, 1, (ulong)expected.Count - 5), more));
                log.Flush(sync: i % 3 == 0);
            }

            log.Flush(sync: true);
            log.Dispose();
        }

        Assert.True(disk.Paths().Length > 5);
        var last = Recover(disk);
        Assert.Equal(Describe(expected), Describe(last.EntriesAfter(NoMark)));
        Assert.Equal(new HardState(1, 1, (ulong)expected.Count - 5), last.HardState);
    }

    [Fact]
    public void EntryLargerThanASegmentIsTaken()
    {
        var disk = new FaultDisk();
        var large = Entries(1, 3, dataBytes: 50_000);
        using (var log = Create(disk))
        {
            log.Append(Batch(large));
            log.Append(Batch(Entry(4)));
            log.Flush(sync: true);
        }

        Assert.Equal(Describe([.. large, Entry(4)]), Describe(Recover(disk).EntriesAfter(NoMark)));
    }

    [Fact]
    public void ReleaseDeletesCoveredSegmentsAndKeepsTheRest()
    {
        var disk = new FaultDisk();
        var entries = Entries(1, 400, dataBytes: 100);
        using (var log = Create(disk))
        {
            log.Append(Batch(new HardState(1, 2, 300), entries));
            log.Flush(sync: true);
            var before = log.SizeBytes;
            log.AppendSnapshotMark(Mark(200));
            log.Release(200);
            Assert.InRange(log.SizeBytes, before / 4, before * 3 / 4);
            Assert.True(log.AppendedBytes >= before - 1000);
        }

        // Nothing of it hangs on a later sync.
        var recovered = Recover(disk.Crash(CrashKind.NothingUnsynced, new Random(1)));
        Assert.InRange(recovered.FirstIndex, 100UL, 201UL);
        Assert.Equal(Describe(entries[200..]), Describe(recovered.EntriesAfter(Mark(200))));
        Assert.Equal(new HardState(1, 2, 300), recovered.HardState);
        Assert.False(recovered.Covers(NoMark));
    }

    [Fact]
    public void ReleaseOfEverythingKeepsTheNewestSegment()
    {
        var disk = new FaultDisk();
        using (var log = Create(disk))
        {
            log.Append(Batch(new HardState(4, 2, 300), Entries(1, 300, 4, dataBytes: 100)));
            log.AppendSnapshotMark(Mark(300, 4));
            log.Release(300);
            log.Append(Batch(Entry(301, 4)));
            log.Flush(sync: true);
        }

        Assert.Single(disk.Paths());
        var recovered = Recover(disk);
        Assert.Equal(Describe([Entry(301, 4)]), Describe(recovered.EntriesAfter(Mark(300, 4))));
        Assert.Equal(new HardState(4, 2, 300), recovered.HardState);
    }

    [Fact]
    public void OldestSegmentMayBeginByReplacingReleasedEntries()
    {
        var disk = new FaultDisk();
        using (var log = Create(disk))
        {
            log.Append(Batch(Entries(1, 77, dataBytes: 60)));
            while (disk.Paths().Length == 1)
            {
                log.Append(Batch(Entry(log.LastIndex + 1)));
                log.Flush(sync: true);
            }

            var last = log.LastIndex;
            log.Append(Batch(Entries(last - 5, 60, term: 2)));
            log.AppendSnapshotMark(Mark(last + 10, 2));
            log.Release(last + 10);
            log.Flush(sync: true);
            Assert.Single(disk.Paths());
        }

        var recovered = Recover(disk);
        var first = recovered.FirstIndex;
        Assert.Equal(first + 59, recovered.LastIndex);
        Assert.Equal(Describe(Entries(first + 1, 59, term: 2)[..59]), Describe(recovered.EntriesAfter(Mark(first, 2))));
    }

    [Fact]
    public void CommitIndexBeyondTheEndNeverComesToMeanLaterEntries()
    {
        var disk = new FaultDisk();
        using (var log = Create(disk))
        {
            // What is left when a crash keeps the hard state and loses the entries behind it.
            log.Append(Batch(new HardState(1, 1, 9), Entries(1, 5)));
            log.Flush(sync: true);
        }

        Assert.Equal(5UL, Recover(disk, out var again).HardState.Commit);
        again.Append(Batch(Entries(6, 4)));
        again.Flush(sync: true);
        again.Dispose();
        Assert.Equal(5UL, Recover(disk).HardState.Commit);
    }

    [Fact]
    public void SecondUserOfTheDirectoryIsRefused()
    {
        var disk = new FaultDisk();
        using var log = Create(disk);
        var refused = Assert.Throws<DirectoryInUseException>(() => Recover(disk));
        Assert.Equal($"data directory in use by another process: {WalDirectory}", refused.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AfterAFailedWriteOrSyncTheLogIsDead(bool failSync)
    {
        var disk = new FaultDisk();
        using var log = Create(disk);
        log.Append(Batch(Entry(1)));
        disk.FailNextSync = failSync;
        disk.FailNextWrite = !failSync;

        Assert.Throws<DiskFailureException>(() => log.Flush(sync: true));

        Assert.Throws<DiskFailureException>(() => log.Flush(sync: true));
        Assert.Throws<DiskFailureException>(() => log.Append(Batch(Entry(2))));
        Assert.Throws<DiskFailureException>(() => log.AppendSnapshotMark(Mark(1)));
        Assert.Throws<DiskFailureException>(() => log.Release(1));
    }

    [Fact]
    public void LeftoversOfAnUnfinishedSegmentAreRemoved()
    {
        var disk = new FaultDisk();
        Create(disk).Dispose();
        disk.Create(WalDirectory + "/next.tmp").Dispose();
        Recover(disk);
        Assert.Single(disk.Paths());
    }
}
