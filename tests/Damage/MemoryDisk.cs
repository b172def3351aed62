// A disk in memory that is copied in no time: hundreds of thousands of damaged copies of one directory are made.
// It counts changes, and can remember what sectors held before.
using Kv.Node.Ports;

namespace Damage;

/// <summary>Files in memory.</summary>
internal sealed class MemoryDisk : IDisk
{
    private readonly Dictionary<string, MemoryFile> _files = new(StringComparer.Ordinal);

    /// <summary>Files written, renamed, deleted or cut since it was made.</summary>
    public int Changes { get; set; }

    /// <summary>Keep every version of every sector.</summary>
    public bool KeepsVersions { get; init; }

    public string[] Paths => [.. _files.Keys.Order(StringComparer.Ordinal)];

    public MemoryFile this[string path] => _files.TryGetValue(path, out var file)
        ? file
        : throw new DiskFailureException("open", path, new FileNotFoundException("no such file"));

    /// <summary>A copy, which shares what neither changes.</summary>
    public MemoryDisk Copy()
    {
        var copy = new MemoryDisk();
        foreach (var (path, file) in _files)
        {
            copy._files.Add(path, file.Copy(copy));
        }

        return copy;
    }

    /// <summary>Gives a file a content.</summary>
    public void Put(string path, byte[] content) => _files[path] = new MemoryFile(this, content);

    public IDiskFile Create(string path)
    {
        Changes++;
        var file = new MemoryFile(this, []);
        _files[path] = file;
        return new MemoryHandle(path, file);
    }

    public IDiskFile Open(string path) => OpenRead(path);

    public IDiskFile OpenRead(string path) => new MemoryHandle(path, this[path]);

    public void CreateDirectory(string path)
    {
    }

    public bool Exists(string path) => _files.ContainsKey(path);

    public IReadOnlyList<string> List(string directory) =>
        [.. _files.Keys.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal)];

    public void Rename(string from, string to)
    {
        Changes++;
        var file = this[from];
        _files.Remove(from);
        _files[to] = file;
    }

    public void Delete(string path)
    {
        if (_files.Remove(path))
        {
            Changes++;
        }
    }

    public void SyncDirectory(string directory)
    {
    }

    public IDisposable LockDirectory(string directory) => new Unlocked();

    private sealed class Unlocked : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
