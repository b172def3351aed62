// A file of the fault disk: what is durable, what is there now, and every version a sector had since.
using Kv.Node.Ports;

namespace Kv.Node.Tests.Wal;

internal sealed class FaultFile(FaultDisk disk)
{
    private const int SectorBytes = 512;

    private readonly Dictionary<long, List<byte[]>> _versions = [];
    private readonly List<long> _lengths = [];
    private byte[] _durable = [];
    private byte[] _content = [];

    public ReadOnlySpan<byte> Content => _content;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (disk.OperationsUntilCrash == 0)
        {
            // The process is killed in the middle of the call.
            Put(bytes[..(bytes.Length / 2)], offset);
        }

        disk.Step();
        disk.WriteCount++;
        if (disk.FailNextWrite)
        {
            disk.FailNextWrite = false;
            throw new DiskFailureException("write", "file", new IOException("no space left on device"));
        }

        Put(bytes, offset);
    }

    private void Put(ReadOnlySpan<byte> bytes, long offset)
    {
        Resize(Math.Max(_content.Length, offset + bytes.Length));
        bytes.CopyTo(_content.AsSpan((int)offset));
        for (var sector = offset / SectorBytes; sector * SectorBytes < offset + bytes.Length; sector++)
        {
            Remember(sector);
        }
    }

    public void Resize(long length)
    {
        if (length == _content.Length)
        {
            return;
        }

        var old = _content.Length;
        Array.Resize(ref _content, (int)length);
        _lengths.Add(length);
        for (var sector = Math.Min(old, length) / SectorBytes; sector * SectorBytes < old; sector++)
        {
            Remember(sector);
        }
    }

    public void Sync()
    {
        disk.Step();
        disk.SyncCount++;
        if (disk.FailNextSync)
        {
            disk.FailNextSync = false;
            throw new DiskFailureException("sync", "file", new IOException("input/output error"));
        }

        MakeDurable();
    }

    public void MakeDurable()
    {
        _durable = [.. _content];
        _versions.Clear();
        _lengths.Clear();
    }

    public void Flip(long offset, byte mask)
    {
        _content[offset] ^= mask;
        MakeDurable();
    }

    public void Preallocate(long length)
    {
        disk.Step();
        Resize(Math.Max(length, _content.Length));
    }

    public void Truncate(long length)
    {
        disk.Step();
        Resize(length);
    }

    public int Read(Span<byte> buffer, long offset)
    {
        disk.Step();
        var count = (int)Math.Clamp(_content.Length - offset, 0, buffer.Length);
        _content.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    }

    public FaultFile Crash(FaultDisk next, CrashKind kind, Random random)
    {
        var survivor = new FaultFile(next)
        {
            _content = kind switch
            {
                CrashKind.ProcessOnly => [.. _content],
                CrashKind.NothingUnsynced => [.. _durable],
                CrashKind.AnySectors => Tear(random),
                _ => throw new ArgumentOutOfRangeException(nameof(kind)),
            },
        };
        survivor.MakeDurable();
        return survivor;
    }

    private byte[] Tear(Random random)
    {
        var content = _durable.ToArray();
        var choice = random.Next(_lengths.Count + 1);
        Array.Resize(ref content, (int)(choice == 0 ? _durable.Length : _lengths[choice - 1]));

        // How likely a sector is to have reached the disk differs from crash to crash.
        var chance = random.NextDouble();
        foreach (var (sector, versions) in _versions.OrderBy(pair => pair.Key))
        {
            var start = (int)(sector * SectorBytes);
            if (random.NextDouble() < chance && start < content.Length)
            {
                var version = versions[random.Next(versions.Count)];
                version.AsSpan(0, Math.Min(SectorBytes, content.Length - start)).CopyTo(content.AsSpan(start));
            }
        }

        return content;
    }

    private void Remember(long sector)
    {
        var version = new byte[SectorBytes];
        var start = (int)(sector * SectorBytes);
        if (start < _content.Length)
        {
            _content.AsSpan(start, Math.Min(SectorBytes, _content.Length - start)).CopyTo(version);
        }

        if (!_versions.TryGetValue(sector, out var versions))
        {
            _versions.Add(sector, versions = []);
        }

        versions.Add(version);
    }
}

internal sealed class FaultHandle(string path, FaultFile file) : IDiskFile
{
    public string Path { get; } = path;

    public long Length => file.Content.Length;

    public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

    public void Write(ReadOnlySpan<byte> bytes, long offset) => file.Write(bytes, offset);

    public void Preallocate(long length) => file.Preallocate(length);

    public void Truncate(long length) => file.Truncate(length);

    public void Sync() => file.Sync();

    public void Dispose()
    {
    }
}
