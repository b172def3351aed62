// The snapshots of one member, newest by index. A file has its name only when it is complete and
// durable. Which snapshot a start may use is the log's word (RecoveredLog.Covers).
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Ports;

namespace Kv.Node.Snapshots;

/// <summary>Writes, receives, loads and prunes snapshots. Thread-safe; one save at a time.</summary>
internal sealed partial class SnapshotStore
{
    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly ulong _clusterId;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _temporaries = new(StringComparer.Ordinal);

    /// <summary>Index of the newest snapshot saved here or started from.</summary>
    private ulong _anchorIndex;
    private ulong _temporaryCount;

    /// <summary>Opens the snapshots of a directory, made if it is missing.</summary>
    /// <param name="disk">The file system.</param>
    /// <param name="directory">Where the snapshots are.</param>
    /// <param name="clusterId">The cluster all of them must belong to.</param>
    public SnapshotStore(IDisk disk, string directory, ulong clusterId)
    {
        _disk = disk;
        _directory = directory;
        _clusterId = clusterId;
        disk.CreateDirectory(directory);
    }

    /// <summary>Writes a snapshot of a state; durable on return.</summary>
    public SnapshotInfo Save(StoreState state)
    {
        var mark = state.Mark;
        var temporary = TakeTemporary(SnapshotFormat.FileName(mark.Term, mark.Index));
        try
        {
            var length = Write(temporary, state);
            var info = Publish(temporary, mark, length);
            Anchor(mark.Index);
            return info;
        }
        finally
        {
            ReturnTemporary(temporary);
        }
    }

    private long Write(string temporary, StoreState state)
    {
        try
        {
            using var file = _disk.Create(temporary);
            return SnapshotFile.Write(file, SnapshotFrames.Encode(state));
        }
        catch (DiskFailureException failure)
        {
            try
            {
                _disk.Delete(temporary);
            }
            catch (DiskFailureException)
            {
                // Left for Prune; the first failure is the one to tell.
            }

            throw new SnapshotNotWrittenException(failure);
        }
    }

    /// <summary>Deletes older snapshots and leftovers of interrupted writes.</summary>
    /// <param name="keep">Snapshots to keep, at least 1, counted from the newest one that was saved here
    /// or started from. Newer ones, received and perhaps not installed, are left alone.</param>
    /// <returns>Index of the oldest one kept: what the log may be released up to; 0 if there is none.</returns>
    public ulong Prune(int keep)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        lock (_lock)
        {
            RemoveLeftovers();
            ulong oldest = 0;
            var isChanged = false;
            foreach (var (path, _, index) in Find())
            {
                if (index > _anchorIndex)
                {
                    continue;
                }

                if (keep > 0)
                {
                    keep--;
                    oldest = index;
                    continue;
                }

                _disk.Delete(path);
                isChanged = true;
            }

            if (isChanged)
            {
                _disk.SyncDirectory(_directory);
            }

            return oldest;
        }
    }

    /// <summary>Gives a complete and durable file its name.</summary>
    internal SnapshotInfo Publish(string temporary, SnapshotMark mark, long length)
    {
        var path = Path.Combine(_directory, SnapshotFormat.FileName(mark.Term, mark.Index));
        _disk.Rename(temporary, path);
        _disk.SyncDirectory(_directory);
        ReturnTemporary(temporary);
        return new SnapshotInfo(path, mark.Index, mark.Term, length);
    }

    /// <summary>Removes a file that did not become a snapshot.</summary>
    internal void Remove(string temporary)
    {
        _disk.Delete(temporary);
        ReturnTemporary(temporary);
    }

    /// <summary>Snapshots in the directory, newest first.</summary>
    private List<(string Path, ulong Term, ulong Index)> Find()
    {
        var found = new List<(string Path, ulong Term, ulong Index)>();
        foreach (var name in _disk.List(_directory))
        {
            if (SnapshotFormat.TryParseName(name, out var term, out var index))
            {
                found.Add((Path.Combine(_directory, name), term, index));
            }
        }

        found.Sort((left, right) => (right.Index, right.Term).CompareTo((left.Index, left.Term)));
        return found;
    }

    private void RemoveLeftovers()
    {
        foreach (var name in _disk.List(_directory))
        {
            var path = Path.Combine(_directory, name);
            if (name.EndsWith(SnapshotFormat.TemporarySuffix, StringComparison.Ordinal) && !_temporaries.Contains(path))
            {
                _disk.Delete(path);
            }
        }
    }

    private void Anchor(ulong index)
    {
        lock (_lock)
        {
            _anchorIndex = Math.Max(_anchorIndex, index);
        }
    }

    private string TakeTemporary(string name)
    {
        lock (_lock)
        {
            _temporaryCount++;
            var path = Path.Combine(_directory, $"{name}.{_temporaryCount}{SnapshotFormat.TemporarySuffix}");
            _temporaries.Add(path);
            return path;
        }
    }

    private void ReturnTemporary(string path)
    {
        lock (_lock)
        {
            _temporaries.Remove(path);
        }
    }
}
