// Starting from what is on the disk: read everything, cut a torn tail, make sure that what was read is
// durable before anyone acts on it, and go on appending behind it.
using Kv.Core.Raft;
using Kv.Node.Ports;

namespace Kv.Node.Wal;

internal sealed partial class WriteAheadLog
{
    private const long ClearBytesMax = 1 << 20;

    /// <summary>Reads the log of a directory and opens it for appending.</summary>
    /// <param name="disk">The file system.</param>
    /// <param name="directory">Where the segments are.</param>
    /// <param name="log">The log, ready to append behind what was recovered.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="host">Where it works in the background; null for this process.</param>
    /// <exception cref="CorruptLogException">The log is damaged where a crash cannot have done it.</exception>
    /// <exception cref="DirectoryInUseException">Another process uses the directory.</exception>
    public static RecoveredLog Recover(
        IDisk disk,
        string directory,
        out WriteAheadLog log,
        WalOptions? options = null,
        HostPorts? host = null)
    {
        disk.CreateDirectory(directory);
        var held = disk.LockDirectory(directory);
        WriteAheadLog? opened = null;
        try
        {
            RemoveTemporaries(disk, directory);

            // A segment named just before a kill is there, but its name may not be durable.
            disk.SyncDirectory(directory);
            var reader = new LogReader(disk, FindSegments(disk, directory));
            reader.ReadAll();
            opened = new WriteAheadLog(
                disk, directory, options ?? new WalOptions(), host ?? HostPorts.OfProcess, reader.Identity, held);
            opened.Resume(reader);
            opened.CorrectCommit(reader.Replay);
            log = opened;
            return reader.ToRecoveredLog();
        }
        catch
        {
            if (opened is not null)
            {
                opened.Dispose();
            }
            else
            {
                held.Dispose();
            }

            throw;
        }
    }

    /// <summary>Reads the log of a directory and changes nothing there.</summary>
    /// <exception cref="CorruptLogException">As <see cref="Recover"/>.</exception>
    /// <exception cref="DirectoryInUseException">Another process uses the directory.</exception>
    public static RecoveredLog Inspect(IDisk disk, string directory)
    {
        using var held = disk.LockDirectory(directory);
        var reader = new LogReader(disk, FindSegments(disk, directory));
        reader.ReadAll();
        return reader.ToRecoveredLog();
    }

    private static void RemoveTemporaries(IDisk disk, string directory)
    {
        foreach (var name in disk.List(directory))
        {
            if (name.EndsWith(WalFormat.TemporarySuffix, StringComparison.Ordinal))
            {
                disk.Delete(Path.Combine(directory, name));
            }
        }
    }

    private static List<WalSegment> FindSegments(IDisk disk, string directory)
    {
        var segments = new List<WalSegment>();
        foreach (var name in disk.List(directory))
        {
            if (WalFormat.TryParseName(name, out var sequence, out _))
            {
                segments.Add(new WalSegment(Path.Combine(directory, name), sequence));
            }
        }

        if (segments.Count == 0)
        {
            throw new CorruptLogException(directory, 0, "there is no segment");
        }

        segments.Sort((left, right) => left.Sequence.CompareTo(right.Sequence));
        return segments;
    }

    private void Resume(LogReader reader)
    {
        _segments.AddRange(reader.Segments);
        _hardState = reader.Replay.HardState;
        _mark = reader.Replay.Marks.Count == 0 ? null : reader.Replay.Marks[^1];
        _lastIndex = reader.Replay.LastIndex;
        _chain = reader.Chain;
        foreach (var unended in reader.Unended)
        {
            using var file = _disk.Open(unended.File);
            WriteEnd(file, unended.Offset, unended.Record);
        }

        var last = _segments[^1];
        if (reader.IsEnded)
        {
            SyncEnded(last);
            StartSegment(last.Sequence + 1, _chain, needed: 0);
            return;
        }

        _file = _disk.Open(last.Path);
        _seed = reader.Seed;
        _offset = last.Bytes;
        _limit = reader.ReservedBytes > 0 ? reader.ReservedBytes : _options.SegmentBytes;
        if (reader.Tail is { } tail)
        {
            Clear(_file, tail);
        }

        _file.Preallocate(_limit);
        _file.Sync();
        if (_offset + WalFormat.ReservedBytes <= _limit)
        {
            Confirm();
        }

        MeasureSize();
        _preparer.Start();
    }

    /// <summary>Writes zeros over a torn tail. The file keeps its length, which tells of what is cut off from
    /// outside.</summary>
    private static void Clear(IDiskFile file, TornTail tail)
    {
        var zeros = new byte[Math.Min(tail.BytesCut, ClearBytesMax)];
        for (long cleared = 0; cleared < tail.BytesCut; cleared += zeros.Length)
        {
            file.Write(zeros.AsSpan(0, (int)Math.Min(zeros.Length, tail.BytesCut - cleared)), tail.Offset + cleared);
        }
    }

    /// <summary>A commit index beyond the end must not come to mean entries appended later.</summary>
    private void CorrectCommit(LogReplay replay)
    {
        if (replay.WrittenHardState.Commit != _hardState.Commit)
        {
            PutHardState(_hardState);
        }
    }

    /// <summary>The process, of release 0.1.0, ended between the end record and the next segment.</summary>
    private void SyncEnded(WalSegment last)
    {
        using var file = _disk.Open(last.Path);
        file.Truncate(last.Bytes);
        file.Sync();
    }
}
