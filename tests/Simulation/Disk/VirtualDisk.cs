// One member's disk: names and contents become durable when they are synced and not before, as the port says; a
// power cut takes or tears the rest. It can be full, fail to sync, and misread a bit. It outlives the processes.
using Kv.Node.Ports;
using Kv.Simulation.Cluster;

namespace Kv.Simulation.Disk;

/// <summary>A disk in memory.</summary>
internal sealed class VirtualDisk(Chance chance) : IDisk
{
    private readonly SortedDictionary<string, Inode> _names = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Inode> _durableNames = new(StringComparer.Ordinal);
    private readonly List<NameChange> _unsyncedNames = [];
    private readonly SortedSet<string> _directories = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _locks = new(StringComparer.Ordinal);
    private int _power;
    private int _operationsLeft = int.MaxValue;
    private Action _onCut = () => { };

    /// <summary>There is no room for new files, or longer ones.</summary>
    public bool IsFull { get; set; }

    /// <summary>The next sync fails.</summary>
    public bool FailsSync { get; set; }

    /// <summary>How likely a read has a bit flipped.</summary>
    public int MisreadPermille { get; set; }

    /// <summary>Bits flipped since <see cref="MisreadPermille"/> was set.</summary>
    public int Misreads { get; set; }

    /// <summary>What the processes of this disk write.</summary>
    public SortedDictionary<string, Inode> Files => _names;

    /// <summary>Cuts the power in the middle of an operation.</summary>
    /// <param name="operations">How many operations are still done.</param>
    /// <param name="onCut">Told of it.</param>
    public void CutPowerAfter(int operations, Action onCut) => (_operationsLeft, _onCut) = (operations, onCut);

    /// <summary>The process is gone: its open files are closed and its locks released; what it wrote is with
    /// the system.</summary>
    public void EndProcess()
    {
        _power++;
        _locks.Clear();
        _operationsLeft = int.MaxValue;
    }

    /// <summary>The power is cut: the process is gone, and what was not synced, or part of it.</summary>
    public void CutPower()
    {
        EndProcess();
        // Names reach the disk in order.
        foreach (var change in _unsyncedNames.Take(chance.Below(_unsyncedNames.Count + 1)))
        {
            change.Apply(_durableNames);
        }

        _unsyncedNames.Clear();
        _names.Clear();
        foreach (var (path, file) in _durableNames)
        {
            _names[path] = file;
        }

        foreach (var file in _names.Values.Distinct())
        {
            file.Cut(chance);
        }
    }

    public IDiskFile Create(string path)
    {
        var power = Operate("create", path);
        RequireRoom("create", path);
        var file = new Inode();
        Change(new NameChange(null, path, file));
        return new VirtualFile(this, path, file, power);
    }

    public IDiskFile Open(string path) => OpenRead(path);

    public IDiskFile OpenRead(string path)
    {
        var power = Operate("open", path);
        return _names.TryGetValue(path, out var file)
            ? new VirtualFile(this, path, file, power)
            : throw Failure("open", path, "no such file");
    }

    public void CreateDirectory(string path)
    {
        Operate("create directory", path);
        _directories.Add(path);
    }

    public bool Exists(string path)
    {
        Operate("look at", path);
        return _names.ContainsKey(path);
    }

    public IReadOnlyList<string> List(string directory)
    {
        Operate("list", directory);
        return [.. _names.Keys.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path)!)];
    }

    public void Rename(string from, string to)
    {
        Operate("rename", from);
        if (!_names.TryGetValue(from, out var file))
        {
            throw Failure("rename", from, "no such file");
        }

        Change(new NameChange(from, to, file));
    }

    public void Delete(string path)
    {
        Operate("delete", path);
        if (_names.ContainsKey(path))
        {
            Change(new NameChange(path, null, null));
        }
    }

    public void SyncDirectory(string directory)
    {
        Operate("sync directory", directory);
        if (FailsSync)
        {
            FailsSync = false;
            throw Failure("sync directory", directory, "input/output error");
        }

        foreach (var change in _unsyncedNames.FindAll(change => change.Directory == directory))
        {
            change.Apply(_durableNames);
        }

        _unsyncedNames.RemoveAll(change => change.Directory == directory);
    }

    public IDisposable LockDirectory(string directory)
    {
        var power = Operate("lock", directory);
        return _locks.Add(directory) ? new Lock(this, directory, power) : throw new DirectoryInUseException(directory);
    }

    /// <summary>Counts an operation of a process.</summary>
    /// <returns>Which process it is.</returns>
    /// <exception cref="SimulatedCrashException">The power is cut now.</exception>
    internal int Operate(string operation, string path)
    {
        _ = (operation, path);
        if (--_operationsLeft < 0)
        {
            CutPower();
            _onCut();
            throw new SimulatedCrashException();
        }

        return _power;
    }

    /// <exception cref="SimulatedCrashException">That process is gone.</exception>
    internal void RequireAlive(int power)
    {
        if (power != _power)
        {
            throw new SimulatedCrashException();
        }
    }

    internal void RequireRoom(string operation, string path)
    {
        if (IsFull)
        {
            throw Failure(operation, path, "no space left on device");
        }
    }

    internal void SyncOrFail(string path, Inode file)
    {
        if (FailsSync)
        {
            FailsSync = false;
            // What the system does with the pages then is anybody's guess.
            file.Cut(chance);
            throw Failure("sync", path, "input/output error");
        }

        file.Sync();
    }

    internal void Misread(Span<byte> bytes, Inode file, long offset)
    {
        if (!chance.Permille(MisreadPermille) || bytes.Length == 0)
        {
            return;
        }

        var at = chance.Below(bytes.Length);
        var place = (int)offset + at;
        if (place < file.NewestSync.From || place >= file.NewestSync.To)
        {
            bytes[at] ^= (byte)(1 << chance.Below(8));
            Misreads++;
        }
    }

    private static DiskFailureException Failure(string operation, string path, string why) =>
        new(operation, path, new IOException(why));

    private void Change(NameChange change)
    {
        change.Apply(_names);
        _unsyncedNames.Add(change);
    }

    /// <summary>One step for the file system's journal: a renamed file never has both names, nor none.</summary>
    private sealed record NameChange(string? Removed, string? Added, Inode? File)
    {
        public string? Directory => Path.GetDirectoryName(Added ?? Removed);

        public void Apply(SortedDictionary<string, Inode> names)
        {
            if (Removed is not null)
            {
                names.Remove(Removed);
            }

            if (Added is not null)
            {
                names[Added] = File!;
            }
        }
    }

    private sealed class Lock(VirtualDisk disk, string directory, int power) : IDisposable
    {
        public void Dispose()
        {
            if (power == disk._power)
            {
                disk._locks.Remove(directory);
            }
        }
    }
}
