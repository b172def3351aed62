// The file system as the log and the snapshots see it: only what they need, so that a simulated disk
// can stand in for it and lose, tear and reorder everything that was not synced.
namespace Kv.Node.Ports;

/// <summary>A file system. Names become durable with <see cref="SyncDirectory"/>, contents with
/// <see cref="IDiskFile.Sync"/>, and neither before. Every failure is a
/// <see cref="DiskFailureException"/>.</summary>
internal interface IDisk
{
    /// <summary>Creates an empty file for reading and writing; one of that name is replaced.</summary>
    IDiskFile Create(string path);

    /// <summary>Opens an existing file for reading and writing.</summary>
    IDiskFile Open(string path);

    /// <summary>Opens an existing file for reading.</summary>
    IDiskFile OpenRead(string path);

    /// <summary>Creates a directory and its parents; each new name is made durable.</summary>
    void CreateDirectory(string path);

    /// <summary>True if there is a file of that name.</summary>
    bool Exists(string path);

    /// <summary>Names (without directory) of the files in a directory in ordinal order; empty if there
    /// is no such directory.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>Gives a file another name in the same file system, replacing what has that name.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file; nothing happens if there is none.</summary>
    void Delete(string path);

    /// <summary>Makes created, renamed and deleted names of a directory durable.</summary>
    void SyncDirectory(string directory);

    /// <summary>Takes a directory for this process alone until disposed (or until the process ends).</summary>
    /// <exception cref="DirectoryInUseException">Another process has it.</exception>
    IDisposable LockDirectory(string directory);
}
