// The file system of the operating system behind the disk port. Knows nothing of what is stored.
using Microsoft.Win32.SafeHandles;

namespace Kv.Node.Ports;

/// <summary>The file system of the machine.</summary>
/// <param name="syncs">False does not wait for the disk: for tests and the reckless.</param>
internal sealed class PhysicalDisk(bool syncs = true) : IDisk
{
    private const string LockFileName = ".lock";

    public IDiskFile Create(string path) => OpenFile("create", path, FileMode.Create, FileAccess.ReadWrite);

    public IDiskFile Open(string path) => OpenFile("open", path, FileMode.Open, FileAccess.ReadWrite);

    public IDiskFile OpenRead(string path) => OpenFile("open", path, FileMode.Open, FileAccess.Read);

    public void CreateDirectory(string path) => Guarded("create directory", path, () =>
    {
        CreateWithParents(Path.GetFullPath(path));
        return true;
    });

    public bool Exists(string path) => File.Exists(path);

    public IReadOnlyList<string> List(string directory) => Guarded("list", directory, () =>
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }

        var names = Directory.GetFiles(directory).Select(path => Path.GetFileName(path)).ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    });

    public void Rename(string from, string to) => Guarded("rename", from, () =>
    {
        File.Move(from, to, overwrite: true);
        return true;
    });

    public void Delete(string path) => Guarded("delete", path, () =>
    {
        File.Delete(path);
        return true;
    });

    public void SyncDirectory(string directory) => Guarded("sync directory", directory, () =>
    {
        // Windows makes names durable with the file itself and cannot sync a directory.
        if (syncs && !OperatingSystem.IsWindows())
        {
            NativeFiles.SyncDirectory(directory);
        }

        return true;
    });

    public IDisposable LockDirectory(string directory)
    {
        try
        {
            return new FileStream(
                Path.Combine(directory, LockFileName),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None);
        }
        catch (IOException cause) when (IsSharingViolation(cause))
        {
            throw new DirectoryInUseException(directory);
        }
        catch (Exception cause) when (IsFailure(cause))
        {
            throw new DiskFailureException("lock", directory, cause);
        }
    }

    /// <summary>True for what the system reports about files, as opposed to our own mistakes.</summary>
    internal static bool IsFailure(Exception cause) => cause is IOException or UnauthorizedAccessException;

    /// <summary>Runs a file operation and names it in whatever goes wrong.</summary>
    internal static T Guarded<T>(string operation, string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception cause) when (IsFailure(cause))
        {
            throw new DiskFailureException(operation, path, cause);
        }
    }

    private PhysicalFile OpenFile(string operation, string path, FileMode mode, FileAccess access) =>
        Guarded(operation, path, () =>
        {
            const FileShare others = FileShare.ReadWrite | FileShare.Delete;
            SafeFileHandle handle = File.OpenHandle(path, mode, access, others);
            return new PhysicalFile(path, handle, syncs);
        });

    private static void CreateWithParents(string path)
    {
        var parent = Path.GetDirectoryName(path);
        if (Directory.Exists(path) || parent is null)
        {
            return;
        }

        CreateWithParents(parent);
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
        {
            NativeFiles.SyncDirectory(parent);
        }
    }

    /// <summary>A lock that is held shows as a sharing violation on Windows and as EAGAIN elsewhere
    /// (11 on Linux, 35 on macOS and the BSDs).</summary>
    private static bool IsSharingViolation(IOException cause) =>
        cause.HResult is unchecked((int)0x80070020) or 11 or 35;
}
