// The disk port on the machine's file system.
using Kv.Node.Ports;
using Xunit;

namespace Kv.Node.Tests.Ports;

public sealed class PhysicalDiskTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly PhysicalDisk _disk = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void WritesReadsAndSyncsAtOffsets()
    {
        var path = _directory.Path("file");
        using (var file = _disk.Create(path))
        {
            file.Write("world"u8, 6);
            file.Write("hello "u8, 0);
            file.Sync();
        }

        using var read = _disk.OpenRead(path);
        var buffer = new byte[20];
        Assert.Equal(11, read.Length);
        Assert.Equal(11, read.Read(buffer, 0));
        Assert.Equal("hello world"u8, buffer.AsSpan(0, 11));
        Assert.Equal(0, read.Read(buffer, 50));
    }

    [Fact]
    public void PreallocatedSpaceReadsAsZerosAndNeverShrinks()
    {
        using var file = _disk.Create(_directory.Path("file"));
        file.Write([1, 2, 3], 0);
        file.Preallocate(100_000);
        file.Preallocate(10);
        Assert.Equal(100_000, file.Length);
        var buffer = new byte[100_000];
        Assert.Equal(100_000, file.Read(buffer, 0));
        Assert.Equal([1, 2, 3], buffer[..3]);
        Assert.False(buffer.AsSpan(3).ContainsAnyExcept((byte)0));
        file.Truncate(2);
        Assert.Equal(2, file.Length);
    }

    [Fact]
    public void NamesAreListedInOrderRenamedAndDeleted()
    {
        _disk.CreateDirectory(_directory.Path("a/b/c"));
        var inner = _directory.Path("a/b/c");
        Assert.Empty(_disk.List(inner));
        Assert.Empty(_disk.List(_directory.Path("missing")));
        foreach (var name in new[] { "2", "10", "1" })
        {
            _disk.Create(Path.Combine(inner, name)).Dispose();
        }

        Assert.Equal(["1", "10", "2"], _disk.List(inner));
        _disk.Rename(Path.Combine(inner, "10"), Path.Combine(inner, "2"));
        _disk.Delete(Path.Combine(inner, "1"));
        _disk.Delete(Path.Combine(inner, "1"));
        _disk.SyncDirectory(inner);
        Assert.Equal(["2"], _disk.List(inner));
        Assert.True(_disk.Exists(Path.Combine(inner, "2")));
        Assert.False(_disk.Exists(inner));
    }

    [Fact]
    public void DirectoryIsLockedAgainstASecondUser()
    {
        using (_disk.LockDirectory(_directory.Root))
        {
            var refused = Assert.Throws<DirectoryInUseException>(() => new PhysicalDisk().LockDirectory(_directory.Root));
            Assert.Equal(_directory.Root, refused.Directory);
        }

        _disk.LockDirectory(_directory.Root).Dispose();
    }

    [Fact]
    public void FailuresNameOperationAndPath()
    {
        var path = _directory.Path("none/file");
        var failure = Assert.Throws<DiskFailureException>(() => _disk.OpenRead(path));
        Assert.Equal(path, failure.Path);
        Assert.StartsWith($"cannot open {path}: ", failure.Message, StringComparison.Ordinal);
        Assert.Throws<DiskFailureException>(() => _disk.Create(path));
        Assert.Throws<DiskFailureException>(() => _disk.SyncDirectory(_directory.Path("none")));
        Assert.Throws<DiskFailureException>(() => _disk.LockDirectory(_directory.Path("none")));
        Assert.Throws<DiskFailureException>(() => _disk.Rename(path, path + "2"));
    }

    [Fact]
    public void WritingToAFileOpenedForReadingFails()
    {
        var path = _directory.Path("file");
        _disk.Create(path).Dispose();
        using var file = _disk.OpenRead(path);
        Assert.Throws<DiskFailureException>(() => file.Write([1], 0));
    }
}
