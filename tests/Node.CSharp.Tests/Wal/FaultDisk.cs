// A disk in memory that loses what was not synced. Names change in order (as a journaling file system
// keeps them) but only up to some point; of file contents any sector may have any of the versions it
// had since the last sync. Crashes come after a set number of operations.
using Kv.Node.Ports;

namespace Kv.Node.Tests.Wal;

/// <summary>The simulated process died: not a storage error, so nothing may catch it.</summary>
internal sealed class CrashException : Exception;

/// <summary>How much of what was not synced survives a crash.</summary>
internal enum CrashKind
{
    /// <summary>The process died, the machine did not: everything written is there.</summary>
    ProcessOnly,

    /// <summary>Only what was synced is there.</summary>
    NothingUnsynced,

    /// <summary>Each sector has one of its versions, independently.</summary>
    AnySectors,
}

internal sealed class FaultDisk : IDisk
{
    private readonly Dictionary<string, FaultFile> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FaultFile> _durableNames = new(StringComparer.Ordinal);
    private readonly List<Action<Dictionary<string, FaultFile>>> _pendingNames = [];
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);

    /// <summary>Operations until the crash; negative: none is planned.</summary>
    public int OperationsUntilCrash { get; set; } = -1;

    /// <summary>The next sync of a file fails once.</summary>
    public bool FailNextSync { get; set; }

    /// <summary>The next write fails once, as on a full disk.</summary>
    public bool FailNextWrite { get; set; }

    public int SyncCount { get; set; }

    public int WriteCount { get; set; }

    public IDiskFile Create(string path)
    {
        Step();
        var file = new FaultFile(this);
        ChangeNames(names => names[path] = file);
        return new FaultHandle(path, file);
    }

    public IDiskFile Open(string path) => OpenRead(path);

    public IDiskFile OpenRead(string path)
    {
        Step();
        return new FaultHandle(path, Find(path));
    }

    public void CreateDirectory(string path) => Step();

    public bool Exists(string path) => _names.ContainsKey(path);

    public IReadOnlyList<string> List(string directory)
    {
        Step();
        return [.. _names.Keys
            .Where(path => Path.GetDirectoryName(path) == directory)
            .Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal)];
    }

    public void Rename(string from, string to)
    {
        Step();
        var file = Find(from);
        ChangeNames(names =>
        {
            names.Remove(from);
            names[to] = file;
        });
    }

    public void Delete(string path)
    {
        Step();
        ChangeNames(names => names.Remove(path));
    }

    public void SyncDirectory(string directory)
    {
        Step();
        _pendingNames.ForEach(change => change(_durableNames));
        _pendingNames.Clear();
    }

    public IDisposable LockDirectory(string directory)
    {
        if (!_locks.Add(directory))
        {
            throw new DirectoryInUseException(directory);
        }

        return new Release(() => _locks.Remove(directory));
    }

    /// <summary>The disk as the next process finds it.</summary>
    public FaultDisk Crash(CrashKind kind, Random random)
    {
        if (kind == CrashKind.AnySectors)
        {
            var kept = random.Next(_pendingNames.Count + 1);
            _pendingNames.Take(kept).ToList().ForEach(change => change(_durableNames));
        }

        var next = new FaultDisk();
        foreach (var (path, file) in kind == CrashKind.ProcessOnly ? _names : _durableNames)
        {
            var survivor = file.Crash(next, kind, random);
            next._names[path] = survivor;
            next._durableNames[path] = survivor;
        }

        return next;
    }

    /// <summary>A disk with the same files, all durable.</summary>
    public FaultDisk Copy() => Crash(CrashKind.ProcessOnly, new Random(0));

    public byte[] Content(string path) => Find(path).Content.ToArray();

    public string[] Paths() => [.. _names.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Flips bits of a byte, as rot does.</summary>
    public void Flip(string path, long offset, byte mask) => Find(path).Flip(offset, mask);

    /// <summary>Makes a file as long as given, durably.</summary>
    public void Resize(string path, long length)
    {
        var file = Find(path);
        file.Resize(length);
        file.MakeDurable();
    }

    /// <summary>Counts an operation; the planned one is the last.</summary>
    internal void Step()
    {
        if (OperationsUntilCrash == 0)
        {
            throw new CrashException();
        }

        if (OperationsUntilCrash > 0)
        {
            OperationsUntilCrash--;
        }
    }

    private FaultFile Find(string path) => _names.TryGetValue(path, out var file)
        ? file
        : throw new DiskFailureException("open", path, new FileNotFoundException("no such file"));

    private void ChangeNames(Action<Dictionary<string, FaultFile>> change)
    {
        change(_names);
        _pendingNames.Add(change);
    }

    private sealed class Release(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
