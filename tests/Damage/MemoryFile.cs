// A file of the memory disk: the bytes that were written, and a length that may be beyond them.
using Kv.Node.Ports;

namespace Damage;

/// <summary>A file in memory.</summary>
internal sealed class MemoryFile(MemoryDisk disk, byte[] bytes)
{
    public const int SectorBytes = 512;

    private byte[] _bytes = bytes;
    private bool _isShared = true;

    public long Length { get; private set; } = bytes.Length;

    /// <summary>What sectors held before they were written over, oldest first, if the disk keeps that.</summary>
    public List<(int Sector, byte[] Content)> Versions { get; } = [];

    /// <summary>All of it.</summary>
    public byte[] Content()
    {
        var content = new byte[Length];
        Read(content, 0);
        return content;
    }

    public MemoryFile Copy(MemoryDisk to)
    {
        _isShared = true;
        return new MemoryFile(to, _bytes) { Length = Length };
    }

    public int Read(Span<byte> buffer, long offset)
    {
        var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        var target = buffer[..count];
        target.Clear();
        if (offset < _bytes.Length)
        {
            var there = _bytes.AsSpan((int)offset);
            there[..Math.Min(there.Length, count)].CopyTo(target);
        }

        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        disk.Changes++;
        var end = (int)offset + bytes.Length;
        if (disk.KeepsVersions)
        {
            Remember((int)offset, end);
        }

        if (_isShared || end > _bytes.Length)
        {
            var own = new byte[Math.Max(end, _bytes.Length)];
            _bytes.CopyTo(own, 0);
            _bytes = own;
            _isShared = false;
        }

        bytes.CopyTo(_bytes.AsSpan((int)offset));
        Length = Math.Max(Length, end);
    }

    public void Resize(long length)
    {
        if (length == Length)
        {
            return;
        }

        disk.Changes++;
        Length = length;
        if (length < _bytes.Length)
        {
            _bytes = _bytes[..(int)length];
            _isShared = false;
        }
    }

    private void Remember(int start, int end)
    {
        for (var sector = start / SectorBytes; sector * SectorBytes < end; sector++)
        {
            var content = new byte[SectorBytes];
            Read(content, sector * SectorBytes);
            Versions.Add((sector, content));
        }
    }
}

internal sealed class MemoryHandle(string path, MemoryFile file) : IDiskFile
{
    public string Path { get; } = path;

    public long Length => file.Length;

    public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

    public void Write(ReadOnlySpan<byte> bytes, long offset) => file.Write(bytes, offset);

    public void Preallocate(long length) => file.Resize(Math.Max(length, file.Length));

    public void Truncate(long length) => file.Resize(length);

    public void Sync()
    {
    }

    public void Dispose()
    {
    }
}
