// The calls of the C library that .NET does not offer: a sync of data without needless metadata, a
// reservation of blocks, and a sync of a directory.
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kv.Node.Ports;

internal static partial class NativeFiles
{
    private const int Interrupted = 4;
    private const int InvalidArgument = 22;
    private const int NotSupported = 95;

    /// <summary>fdatasync(2).</summary>
    /// <exception cref="IOException">The sync failed.</exception>
    public static void SyncData(SafeFileHandle file)
    {
        while (FDataSync(file) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw Failure(error);
            }
        }
    }

    /// <summary>posix_fallocate(3); false where the file system cannot.</summary>
    /// <exception cref="IOException">No space left, or another failure.</exception>
    public static bool TryAllocate(SafeFileHandle file, long length)
    {
        int error;
        do
        {
            error = PosixFAllocate(file, 0, length);
        }
        while (error == Interrupted);
        return error switch
        {
            0 => true,
            InvalidArgument or NotSupported => false,
            _ => throw Failure(error),
        };
    }

    /// <summary>fsync(2) of a directory.</summary>
    /// <exception cref="IOException">The directory cannot be opened or synced.</exception>
    public static void SyncDirectory(string path)
    {
        const int readOnly = 0;
        var descriptor = OpenPath(path, readOnly);
        if (descriptor < 0)
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }

        using var directory = new SafeFileHandle(descriptor, ownsHandle: true);
        while (FSync(directory) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw Failure(error);
            }
        }
    }

    private static IOException Failure(int error) => new(new Win32Exception(error).Message, error);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int PosixFAllocate(SafeFileHandle file, long offset, long length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenPath(string path, int flags);
}
