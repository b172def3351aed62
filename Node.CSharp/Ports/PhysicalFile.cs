// An open file of the operating system. On Linux a sync is fdatasync: log segments are preallocated,
// so their length does not change and the file system need not write its own journal for it.
using Microsoft.Win32.SafeHandles;

namespace Kv.Node.Ports;

/// <summary>A file of the operating system.</summary>
internal sealed class PhysicalFile(string path, SafeFileHandle handle, bool syncs) : IDiskFile
{
    public string Path { get; } = path;

    public long Length => Guarded("read the length of", () => RandomAccess.GetLength(handle));

    public int Read(Span<byte> buffer, long offset)
    {
        try
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var count = RandomAccess.Read(handle, buffer[total..], offset + total);
                if (count == 0)
                {
                    break;
                }

                total += count;
            }

            return total;
        }
        catch (Exception cause) when (PhysicalDisk.IsFailure(cause))
        {
            throw new DiskFailureException("read", Path, cause);
        }
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        catch (Exception cause) when (PhysicalDisk.IsFailure(cause))
        {
            throw new DiskFailureException("write", Path, cause);
        }
    }

    public void Preallocate(long length) => Guarded("reserve space for", () =>
    {
        if (RandomAccess.GetLength(handle) < length
            && !(OperatingSystem.IsLinux() && NativeFiles.TryAllocate(handle, length)))
        {
            RandomAccess.SetLength(handle, length);
        }

        return true;
    });

    public void Truncate(long length) => Guarded("truncate", () =>
    {
        RandomAccess.SetLength(handle, length);
        return true;
    });

    public void Sync()
    {
        if (!syncs)
        {
            return;
        }

        try
        {
            if (OperatingSystem.IsLinux())
            {
                NativeFiles.SyncData(handle);
            }
            else
            {
                RandomAccess.FlushToDisk(handle);
            }
        }
        catch (Exception cause) when (PhysicalDisk.IsFailure(cause))
        {
            throw new DiskFailureException("sync", Path, cause);
        }
    }

    public void Dispose() => handle.Dispose();

    private T Guarded<T>(string operation, Func<T> action) =>
        PhysicalDisk.Guarded(operation, Path, action);
}
