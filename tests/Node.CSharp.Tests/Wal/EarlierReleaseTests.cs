// Logs of release 0.1.0, whose headers say nothing of the file's length and whose segments ended before the next
// one was there: what a crash could leave of them then is still no damage.
using Kv.Core.Raft;
using Kv.Node.Ports;
using Kv.Node.Wal;
using Xunit;
using static Kv.Node.Tests.Wal.WalFixture;

namespace Kv.Node.Tests.Wal;

/// <summary>Logs of 0.1.0.</summary>
public sealed class EarlierReleaseTests
{
    private const int ReservedAt = 52;

    private const string First = WalDirectory + "/0000000000000001-0000000000000001.wal";

    [Fact]
    public void A_segment_that_ends_without_a_successor_gets_one()
    {
        var disk = Write(isEnded: true);
        Assert.Equal(Describe(Entries(1, 5)), Describe(Recover(disk).EntriesAfter(NoMark)));
        Assert.Equal([First, WalDirectory + "/0000000000000002-0000000000000006.wal"], disk.Paths());
        Assert.Equal(Describe(Entries(1, 5)), Describe(Recover(disk).EntriesAfter(NoMark)));
    }

    [Fact]
    public void A_file_that_was_cut_at_a_torn_tail_and_not_made_long_again_is_whole()
    {
        var disk = Write(isEnded: false);
        Assert.True(disk.Content(First).Length < SmallSegments.SegmentBytes);
        var recovered = Recover(disk, out var log);
        log.Append(Batch(Entry(6)));
        log.Flush(sync: true);
        log.Dispose();
        Assert.Null(recovered.Repair);
        Assert.Equal(SmallSegments.SegmentBytes, disk.Content(First).Length);
        Assert.Equal(Describe([.. Entries(1, 5), Entry(6)]), Describe(Recover(disk).EntriesAfter(NoMark)));
    }

    /// <summary>One segment as 0.1.0 wrote it, up to its last record.</summary>
    private static FaultDisk Write(bool isEnded)
    {
        var source = new FaultDisk();
        using (var log = Create(source))
        {
            log.Append(Batch(new HardState(1, 1, 0), Entries(1, 5)));
            log.Flush(sync: true);
        }

        var bytes = source.Content(First);
        var records = Records(source, First);
        var header = SegmentHeader.Read(bytes, out _, out _)!.Value with { ReservedBytes = 0 };
        var seed = header.Write(bytes);
        Assert.Equal(0, BitConverter.ToInt64(bytes, ReservedAt));
        var previous = seed;
        foreach (var (_, start, end) in records)
        {
            previous = RecordCodec.Seal(bytes.AsSpan((int)start, (int)(end - start)), seed, start, previous);
        }

        byte[] written = bytes[..(int)records[^1].End];
        if (isEnded)
        {
            written = [.. written, .. RecordCodec.MakeEnd(seed, written.Length, previous, out _)];
        }

        var disk = new FaultDisk();
        using IDiskFile file = disk.Create(First);
        file.Write(written, 0);
        file.Sync();
        disk.SyncDirectory(WalDirectory);
        return disk;
    }
}
