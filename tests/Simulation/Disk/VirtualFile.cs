// An open file of a virtual disk; it belongs to the process that opened it.
using Kv.Node.Ports;

namespace Kv.Simulation.Disk;

/// <summary>An open file.</summary>
internal sealed class VirtualFile(VirtualDisk disk, string path, Inode file, int power) : IDiskFile
{
    public string Path => path;

    public long Length
    {
        get
        {
            disk.RequireAlive(power);
            return file.Length;
        }
    }

    public int Read(Span<byte> buffer, long offset)
    {
        disk.RequireAlive(power);
        var count = file.Read(buffer, offset);
        disk.Misread(buffer[..count], file, offset);
        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        Operate("write");
        if (offset + bytes.Length > file.Length)
        {
            disk.RequireRoom("write", path);
        }

        file.Write(bytes, offset);
    }

    public void Preallocate(long length)
    {
        Operate("reserve space for");
        if (length > file.Length)
        {
            disk.RequireRoom("reserve space for", path);
            file.SetLength(length);
        }
    }

    public void Truncate(long length)
    {
        Operate("truncate");
        file.SetLength(length);
    }

    public void Sync()
    {
        Operate("sync");
        disk.SyncOrFail(path, file);
    }

    public void Dispose()
    {
        // Nothing is held but by name.
    }

    private void Operate(string operation)
    {
        disk.RequireAlive(power);
        disk.Operate(operation, path);
    }
}
