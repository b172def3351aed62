// Every byte of a snapshot matters: flipped, missing or added, it is found, and the place is named.
using Kv.Node.Snapshots;
using Kv.Node.Tests.Wal;
using Kv.Node.Wal;
using Xunit;
using static Kv.Node.Tests.Snapshots.SnapshotFixture;

namespace Kv.Node.Tests.Snapshots;

public sealed class SnapshotDamageTests
{
    private readonly FaultDisk _disk = new();
    private readonly RecoveredLog _log;
    private readonly string _path;
    private readonly int _length;

    public SnapshotDamageTests()
    {
        _log = Log(_disk, Puts(30));
        _path = Store(_disk).Save(State(30)).Path;
        _length = _disk.Content(_path).Length;
    }

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x80)]
    public void EveryFlippedByteOfTheOnlySnapshotStopsTheStart(byte mask)
    {
        for (var at = 0; at < _length; at++)
        {
            var copy = _disk.Copy();
            copy.Flip(_path, at, mask);
            var damage = Assert.Throws<DamagedSnapshotException>(() => Store(copy).LoadNewest(_log));
            Assert.Equal(_path, damage.File);
            Assert.InRange(damage.Offset, 0, at);
        }
    }

    [Fact]
    public void OffsetIsThatOfTheFrame()
    {
        var copy = _disk.Copy();
        copy.Flip(_path, _length - 1, 0x01);
        var damage = Assert.Throws<DamagedSnapshotException>(() => Store(copy).LoadNewest(_log));
        Assert.Equal(_length - SnapshotFormat.FrameHeadBytes - 16, damage.Offset);
    }

    [Fact]
    public void EveryShorterFileStopsTheStart()
    {
        for (var length = 0; length < _length; length += 7)
        {
            var copy = _disk.Copy();
            copy.Resize(_path, length);
            Assert.Throws<DamagedSnapshotException>(() => Store(copy).LoadNewest(_log));
        }
    }

    [Fact]
    public void LongerFileStopsTheStart()
    {
        _disk.Resize(_path, _length + 1);
        var damage = Assert.Throws<DamagedSnapshotException>(() => Store(_disk).LoadNewest(_log));
        Assert.Equal(_length, damage.Offset);
    }

    [Fact]
    public void LengthBeyondTheLimitIsNotAllocated()
    {
        // The length field of the first frame says almost 2 GiB.
        var headEnd = SnapshotFormat.PreambleBytes;
        _disk.Flip(_path, headEnd + 7, 0x7F);
        var damage = Assert.Throws<DamagedSnapshotException>(() => Store(_disk).LoadNewest(_log));
        Assert.Contains("length", damage.Reason, StringComparison.Ordinal);
    }
}
