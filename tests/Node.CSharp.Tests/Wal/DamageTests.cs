// Telling damage from a torn tail: every byte of a log of several segments is flipped in turn.
using Kv.Core.Raft;
using Kv.Node.Wal;
using Xunit;
using static Kv.Node.Tests.Wal.WalFixture;

namespace Kv.Node.Tests.Wal;

public sealed class DamageTests
{
    private const int ZeroTailSample = 400;

    /// <summary>Three segments; the last batch of the last one is flushed without a sync.</summary>
    private static FaultDisk Build(out Entry[] synced, out Entry[] all)
    {
        var disk = new FaultDisk();
        using var log = Create(disk, new WalOptions { SegmentBytes = 1900, PrepareAhead = false });
        var entries = Entries(1, 42, dataBytes: 33);
        log.Append(Batch(new HardState(1, 1, 0), entries[..10]));
        log.Flush(sync: true);
        log.AppendSnapshotMark(Mark(5));
        for (var i = 10; i < 40; i += 3)
        {
            log.Append(Batch(new HardState(1, 1, (ulong)i), entries[i..(i + 3)]));
            log.Flush(sync: true);
        }

        log.Append(Batch(entries[40..]));
        log.Flush(sync: false);
        synced = entries[..40];
        all = entries;
        Assert.Equal(3, disk.Paths().Length);
        return disk;
    }

    [Fact]
    public void EveryFlippedByteOfAnEarlierSegmentIsNamed()
    {
        var disk = Build(out _, out _);
        foreach (var path in disk.Paths()[..^1])
        {
            var records = Records(disk, path);
            for (var at = 0; at < records[^1].Start; at++)
            {
                AssertCorrupt(disk, path, at, records);
            }
        }
    }

    [Fact]
    public void EveryFlippedByteOfTheNewestSegmentIsDamageIfItWasDurableElseCut()
    {
        var disk = Build(out var synced, out var all);
        var path = LastSegment(disk);
        var records = Records(disk, path);
        var confirmation = records.FindLast(record => record.Type == RecordType.Confirmation);
        var written = (int)records[^1].End;
        for (var at = 0; at < confirmation.Start; at++)
        {
            AssertCorrupt(disk, path, at, records);
        }

        for (var at = (int)confirmation.Start; at < written; at++)
        {
            AssertCut(disk, path, at, records, synced, all);
        }

        var length = disk.Content(path).Length;
        for (var at = written; at < length; at += Math.Max(1, (length - written) / ZeroTailSample))
        {
            AssertCut(disk, path, at, records, all, all);
        }
    }

    [Fact]
    public void OpeningRecordsAreDurableBeforeAnythingIsConfirmed()
    {
        var disk = new FaultDisk();
        Create(disk).Dispose();
        var path = LastSegment(disk);
        var records = Records(disk, path);
        for (var at = 0; at < records[^1].End; at++)
        {
            AssertCorrupt(disk, path, at, records);
        }
    }

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x80)]
    public void TheKindOfFlipMakesNoDifference(byte mask)
    {
        var disk = Build(out _, out _);
        var path = LastSegment(disk);
        var records = Records(disk, path);
        var confirmed = records.FindLast(record => record.Type == RecordType.Confirmation).Start;
        for (var at = 0; at < confirmed; at += 3)
        {
            AssertCorrupt(disk, path, at, records, mask);
        }
    }

    [Fact]
    public void RepairedLogGoesOnAndIsCleanTheNextTime()
    {
        var disk = Build(out var synced, out _);
        var path = LastSegment(disk);
        var confirmation = Records(disk, path).FindLast(record => record.Type == RecordType.Confirmation);
        disk.Flip(path, confirmation.End, 0x10);

        var recovered = Recover(disk, out var log);
        Assert.NotNull(recovered.Repair);
        log.Append(Batch(Entry(41, 9)));
        log.Flush(sync: true);
        log.Dispose();

        var again = Recover(disk.Crash(CrashKind.NothingUnsynced, new Random(1)));
        Assert.Null(again.Repair);
        Assert.Equal(Describe([.. synced, Entry(41, 9)]), Describe(again.EntriesAfter(NoMark)));
    }

    [Fact]
    public void GarbageBehindTheEndIsCutAndReported()
    {
        var disk = Build(out _, out var all);
        var path = LastSegment(disk);
        var length = disk.Content(path).Length;
        disk.Resize(path, length + 100);
        disk.Flip(path, length + 60, 0xFF);

        var recovered = Recover(disk);

        Assert.Equal(Records(disk, path).FindLast(r => r.Type == RecordType.Entry).End, recovered.Repair!.Offset);
        Assert.Equal(length + 61 - recovered.Repair.Offset, recovered.Repair.BytesCut);
        Assert.Equal(Describe(all), Describe(recovered.EntriesAfter(NoMark)));
    }

    [Fact]
    public void NewestSegmentCutShortIsNamed()
    {
        var disk = Build(out _, out _);
        var path = LastSegment(disk);
        for (var length = disk.Content(path).Length - 1; length >= 0; length--)
        {
            disk.Resize(path, length);
            var damage = Assert.Throws<CorruptLogException>(() => Recover(disk));
            Assert.Equal((path, length < WalFormat.HeaderBytes ? 0 : length), (damage.File, damage.Offset));
        }
    }

    [Fact]
    public void MissingNewestSegmentIsNamed()
    {
        var disk = Build(out _, out _);
        var paths = disk.Paths();
        disk.Delete(paths[2]);
        var damage = Assert.Throws<CorruptLogException>(() => Recover(disk));
        Assert.Equal(paths[1], damage.File);
        Assert.Contains("segment 0000000000000003, which is missing", damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EndThatIsMissingFollowsFromTheSegmentBehindIt()
    {
        var disk = Build(out _, out var all);
        var path = disk.Paths()[1];
        var whole = disk.Content(path);
        var end = Records(disk, path)[^1];
        foreach (var (length, byteFlipped) in new[] { (end.Start, -1), (end.Start + 7, -1), (end.End, end.Start + 3), (end.End + 900, end.Start) })
        {
            var copy = disk.Copy();
            copy.Resize(path, length);
            if (byteFlipped >= 0)
            {
                copy.Flip(path, byteFlipped, 0x20);
            }

            Assert.Equal(Describe(all), Describe(Recover(copy).EntriesAfter(NoMark)));
            Assert.Equal(whole, copy.Content(path));
        }
    }

    [Fact]
    public void MissingSegmentIsNamed()
    {
        var disk = Build(out _, out _);
        var paths = disk.Paths();
        disk.Delete(paths[1]);
        var damage = Assert.Throws<CorruptLogException>(() => Recover(disk));
        Assert.Equal(paths[2], damage.File);
        Assert.Contains("0000000000000002", damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SegmentOfAnotherLogIsRefused()
    {
        var disk = Build(out _, out _);
        var other = Build(out _, out _);
        var path = disk.Paths()[1];
        using (var log = WriteAheadLog.Create(other, "/other", new WalIdentity(9, 9), SmallSegments))
        {
            log.Flush(sync: true);
        }

        var foreign = other.Content("/other/0000000000000001-0000000000000001.wal");
        disk.Open(path).Write(foreign, 0);
        Assert.Equal(path, Assert.Throws<CorruptLogException>(() => Recover(disk)).File);
    }

    [Fact]
    public void DirectoryWithoutSegmentsIsNotALog()
    {
        Assert.Throws<CorruptLogException>(() => Recover(new FaultDisk()));
    }

    [Fact]
    public void MessageNamesFileOffsetAndRemedy()
    {
        var message = new CorruptLogException("/d/x.wal", 4096, "damaged record").Message;
        Assert.StartsWith("write-ahead log damaged: /d/x.wal at offset 4096: damaged record; ", message, StringComparison.Ordinal);
        Assert.Contains("remove this member", message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrittenBytesOfAnotherLogInsideValuesAreNotMistakenForRecords()
    {
        // A value that is itself a piece of this very log, confirmations included, at the torn end.
        var disk = Build(out _, out _);
        var path = LastSegment(disk);
        var piece = disk.Content(path)[..1200];
        var recovered = Recover(disk, out var log);
        var next = recovered.LastIndex + 1;
        log.Append(Batch(new Entry(next, 1, EntryKind.Normal, piece)));
        log.Flush(sync: false);
        log.Dispose();
        var target = LastSegment(disk);
        var last = Records(disk, target)[^1];
        disk.Flip(target, last.Start + 1, 0x01);

        var repaired = Recover(disk);
        Assert.Equal(last.Start, repaired.Repair!.Offset);
        Assert.Equal(next - 1, repaired.LastIndex);
    }

    private static void AssertCorrupt(
        FaultDisk disk, string path, int at, List<(RecordType Type, long Start, long End)> records, byte mask = 0x04)
    {
        var copy = disk.Copy();
        copy.Flip(path, at, mask);
        var damage = Assert.Throws<CorruptLogException>(() => Recover(copy));
        Assert.Equal(path, damage.File);
        var expected = at < WalFormat.HeaderBytes ? 0 : records.Find(record => at < record.End).Start;
        Assert.True(damage.Offset == expected, $"byte {at}: offset {damage.Offset}, expected {expected}");
    }

    private static void AssertCut(
        FaultDisk disk,
        string path,
        int at,
        List<(RecordType Type, long Start, long End)> records,
        Entry[] least,
        Entry[] most)
    {
        var copy = disk.Copy();
        copy.Flip(path, at, 0x04);
        var recovered = Recover(copy);
        var start = at < records[^1].End ? records.Find(record => at < record.End).Start : records[^1].End;
        Assert.Equal((path, start), (recovered.Repair!.File, recovered.Repair.Offset));
        var found = Describe(recovered.EntriesAfter(NoMark));
        Assert.InRange(found.Length, least.Length, most.Length);
        Assert.Equal(Describe(most[..found.Length]), found);
        Assert.Null(Recover(copy).Repair);
    }
}
