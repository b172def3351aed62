// The bytes on the disk are a promise to later releases: docs/wal-format.md, checked by hand-written
// bytes, not by our own reader.
using Kv.Core.Raft;
using Kv.Node.Wal;
using Xunit;
using static Kv.Node.Tests.Wal.WalFixture;

namespace Kv.Node.Tests.Wal;

public sealed class WalBytesTests
{
    [Fact]
    public void NewLogBeginsAsDocumented()
    {
        var disk = new FaultDisk();
        Create(disk).Dispose();
        var bytes = disk.Content(WalDirectory + "/0000000000000001-0000000000000001.wal");

        Assert.Equal(
            "6b7677616c0d0a00" + "01000000" + "68000000" + "c100000000000000" + "a100000000000000"
            + "0100000000000000" + "0100000000000000" + "00000000" + "0020000000000000",
            Hex(bytes[..60]));
        var seed = BitConverter.ToUInt32(bytes, 60);
        Assert.Equal(Crc32C.Append(0, bytes.AsSpan(0, 60)), seed);
        AssertRecord(bytes, 64, seed, seed, 1, new string('0', 48));
    }

    [Fact]
    public void RecordsAreAsDocumented()
    {
        var disk = new FaultDisk();
        using (var log = Create(disk))
        {
            log.Append(Batch(new HardState(2, 3, 4), new Entry(1, 2, EntryKind.Configuration, new byte[] { 0xAB })));
            log.AppendSnapshotMark(new SnapshotMark(1, 2, new Configuration([5, 6], [], [7], [], true)));
            log.Flush(sync: true);
        }

        var bytes = disk.Content(WalDirectory + "/0000000000000001-0000000000000001.wal");
        var seed = BitConverter.ToUInt32(bytes, 60);
        var crc = BitConverter.ToUInt32(bytes, 64);
        crc = AssertRecord(bytes, 104, seed, crc, 1, "0200000000000000" + "0300000000000000" + "0400000000000000");
        crc = AssertRecord(bytes, 144, seed, crc, 2, "0100000000000000" + "0200000000000000" + "0100000000000000" + "ab");
        crc = AssertRecord(
            bytes, 192, seed, crc, 3,
            "0100000000000000" + "0200000000000000" + "02000000" + "00000000" + "01000000" + "00000000"
            + "0100000000000000" + "0500000000000000" + "0600000000000000" + "0700000000000000");
        AssertRecord(bytes, 272, seed, crc, 5, "1001000000000000");
        Assert.False(bytes.AsSpan(296).ContainsAnyExcept((byte)0));
    }

    private static uint AssertRecord(byte[] bytes, int at, uint seed, uint previous, byte type, string payload)
    {
        var length = payload.Length / 2;
        var end = at + ((16 + length + 7) / 8 * 8);
        Assert.Equal(length, BitConverter.ToInt32(bytes, at + 4));
        Assert.Equal(previous, BitConverter.ToUInt32(bytes, at + 8));
        Assert.Equal([type, 0, 0, 0], bytes[(at + 12)..(at + 16)]);
        Assert.Equal(payload, Hex(bytes[(at + 16)..(at + 16 + length)]));
        Assert.False(bytes.AsSpan(at + 16 + length, end - at - 16 - length).ContainsAnyExcept((byte)0));
        var crc = Crc32C.Append(Crc32C.Append(seed, BitConverter.GetBytes((long)at)), bytes.AsSpan(at + 4, end - at - 4));
        Assert.Equal(crc, BitConverter.ToUInt32(bytes, at));
        return crc;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
