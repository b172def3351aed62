// Saving, choosing and pruning snapshots.
using Kv.Node.Ports;
using Kv.Node.Snapshots;
using Kv.Node.Tests.Wal;
using Xunit;
using static Kv.Node.Tests.Snapshots.SnapshotFixture;

namespace Kv.Node.Tests.Snapshots;

public sealed class SnapshotStoreTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(50, 40)]
    [InlineData(300, 3000)]
    public void SavedStateComesBack(int puts, int valueBytes)
    {
        var disk = new FaultDisk();
        var log = Log(disk, Puts(Math.Max(puts, 1), valueBytes));
        var state = State(puts, valueBytes);

        var info = Store(disk).Save(state);
        var loaded = Store(disk).LoadNewest(log);

        Assert.Equal((state.AppliedIndex, state.AppliedTerm), (info.Index, info.Term));
        Assert.Equal(info, loaded.Info);
        Assert.Equal(disk.Content(info.Path).Length, loaded.SizeBytes);
        Assert.Equal(state.StateHash(), loaded.State.StateHash());
        Assert.Equal(state.AppliedIndex, loaded.Mark.Index);
        Assert.Equal([1UL], loaded.Mark.Configuration.Voters);
        Assert.Empty(loaded.Damaged);
    }

    [Fact]
    public void FileNameHasTermAndIndex()
    {
        var info = Store(new FaultDisk()).Save(State(26));
        Assert.Equal($"{SnapDirectory}/0000000000000001-000000000000001a.snap", info.Path);
    }

    [Fact]
    public void SavedSnapshotIsDurable()
    {
        var disk = new FaultDisk();
        var log = Log(disk, Puts(10));
        Store(disk).Save(State(10));
        var next = disk.Crash(CrashKind.NothingUnsynced, new Random(1));
        Assert.Equal(10UL, Store(next).LoadNewest(log).Info.Index);
    }

    [Fact]
    public void CrashAtAnyStepOfASaveLeavesTheOldOrTheNewSnapshot()
    {
        var log = Log(new FaultDisk(), Puts(200));
        for (var step = 0; ; step++)
        {
            var disk = new FaultDisk();
            var store = Store(disk);
            store.Save(State(100));
            disk.OperationsUntilCrash = step;
            var isSaved = false;
            try
            {
                store.Save(State(200, 2000));
                isSaved = true;
            }
            catch (CrashException)
            {
                // The point of the exercise.
            }

            // The machine's crashes first: a process's leaves the very same disk.
            foreach (var kind in Enum.GetValues<CrashKind>().Reverse())
            {
                var next = disk.Crash(kind, new Random(step));
                var survivor = Store(next);
                var loaded = survivor.LoadNewest(log);
                Assert.True(loaded.Info.Index == 200 || (!isSaved && loaded.Info.Index == 100));
                Assert.Empty(loaded.Damaged);
                survivor.Prune(1);
                Assert.Equal([loaded.Info.Path], next.Paths());
            }

            if (isSaved)
            {
                Assert.True(step > 5);
                return;
            }
        }
    }

    [Fact]
    public void NewestCoveredSnapshotIsChosen()
    {
        var disk = new FaultDisk();
        var log = Log(disk, Puts(30));
        var store = Store(disk);
        store.Save(State(10));
        store.Save(State(20));
        Assert.Equal(20UL, Store(disk).LoadNewest(log).Info.Index);
    }

    [Fact]
    public void SnapshotTheLogDoesNotKnowIsPassedOver()
    {
        // Received from the leader, but its installation never reached the log.
        var disk = new FaultDisk();
        var log = Log(disk, Puts(30));
        var store = Store(disk);
        store.Save(State(10));
        store.Save(State(40));
        Assert.Equal(10UL, Store(disk).LoadNewest(log).Info.Index);
    }

    [Fact]
    public void DamagedNewestFallsBackWhenTheLogReachesTheOlder()
    {
        var disk = new FaultDisk();
        var log = Log(disk, Puts(30));
        var store = Store(disk);
        store.Save(State(10));
        var newest = store.Save(State(20));
        disk.Flip(newest.Path, 100, 0x20);

        var loaded = Store(disk).LoadNewest(log);

        Assert.Equal(10UL, loaded.Info.Index);
        Assert.Equal(State(10).StateHash(), loaded.State.StateHash());
        var damage = Assert.Single(loaded.Damaged);
        Assert.Equal(newest.Path, damage.File);
        Assert.InRange(damage.Offset, 1, 100);
        Assert.StartsWith($"snapshot damaged: {newest.Path} at offset {damage.Offset}: ", damage.Message, StringComparison.Ordinal);
        Assert.Equal(20, log.EntriesAfter(loaded.Mark).Length);

        // It is set aside: the next start does not stumble over it, and it does not count as kept.
        Assert.Contains(newest.Path + ".damaged", disk.Paths());
        Assert.Empty(Store(disk).LoadNewest(log).Damaged);
    }

    [Fact]
    public void DamagedNewestStopsTheStartWhenTheLogDoesNotReachTheOlder()
    {
        var disk = new FaultDisk();
        var log = Log(disk, Puts(200, 300), released: 150);
        Assert.InRange(log.FirstIndex, 100UL, 151UL);
        var store = Store(disk);
        store.Save(State(50));
        var newest = store.Save(State(150, 300));
        disk.Flip(newest.Path, 5000, 0x20);

        var damage = Assert.Throws<DamagedSnapshotException>(() => Store(disk).LoadNewest(log));

        Assert.Equal(newest.Path, damage.File);
        Assert.InRange(damage.Offset, 1, 5000);
        Assert.StartsWith(
            $"snapshot damaged: {newest.Path} at offset {damage.Offset}: ", damage.Message, StringComparison.Ordinal);
        Assert.Contains(newest.Path, disk.Paths());
    }

    [Fact]
    public void NoSnapshotIsAnErrorThatNamesWhatTheLogNeeds()
    {
        var disk = new FaultDisk();
        var log = Log(disk, Puts(200, 300), released: 150);
        var missing = Assert.Throws<MissingSnapshotException>(() => Store(disk).LoadNewest(log));
        Assert.Contains($"begins at index {log.FirstIndex}", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SnapshotUnderAnotherNameIsDamage()
    {
        var disk = new FaultDisk();
        var log = Log(disk, Puts(30));
        var info = Store(disk).Save(State(10));
        disk.Rename(info.Path, PathOf(20));
        Assert.Equal(PathOf(20), Assert.Throws<DamagedSnapshotException>(() => Store(disk).LoadNewest(log)).File);
    }

    [Fact]
    public void SnapshotOfAnotherClusterIsRefused()
    {
        var disk = new FaultDisk();
        var log = Log(disk, Puts(30));
        Store(disk).Save(State(10, clusterId: 0xBEEF));
        var refused = Assert.Throws<DamagedSnapshotException>(() => Store(disk).LoadNewest(log));
        Assert.Contains("it belongs to cluster beef, not to c1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PruneKeepsTheNewestAndTellsTheOldestKept()
    {
        var disk = new FaultDisk();
        var store = Store(disk);
        Assert.Equal(0UL, store.Prune(2));
        foreach (var puts in new[] { 10, 20, 30, 40 })
        {
            store.Save(State(puts));
        }

        Assert.Equal(30UL, store.Prune(2));
        Assert.Equal([PathOf(30), PathOf(40)], disk.Paths());
        Assert.Equal(30UL, store.Prune(2));
        Assert.Equal(40UL, store.Prune(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Prune(0));
    }

    [Fact]
    public void PruneDoesNotCountSnapshotsNewerThanItsOwn()
    {
        // Two that were received and never installed must not push out those the log leads on from.
        var disk = new FaultDisk();
        Store(disk).Save(State(80));
        Store(disk).Save(State(90));
        var store = Store(disk);
        store.Save(State(10));
        store.Save(State(20));

        Assert.Equal(10UL, store.Prune(2));
        Assert.Equal([PathOf(10), PathOf(20), PathOf(80), PathOf(90)], disk.Paths());
    }

    [Fact]
    public void PruneRemovesLeftoversOfInterruptedWrites()
    {
        var disk = new FaultDisk();
        var store = Store(disk);
        store.Save(State(10));
        disk.Create(SnapDirectory + "/received.7.tmp").Dispose();
        store.Prune(2);
        Assert.Equal([PathOf(10)], disk.Paths());
    }

    [Fact]
    public void FailedWriteOrSyncIsNotASnapshot()
    {
        var disk = new FaultDisk();
        var store = Store(disk);
        disk.FailNextSync = true;
        Assert.Throws<SnapshotNotWrittenException>(() => store.Save(State(10)));
        Assert.Empty(disk.Paths());
        disk.FailNextWrite = true;
        Assert.Throws<SnapshotNotWrittenException>(() => store.Save(State(10)));
        Assert.Empty(disk.Paths());
    }
}
