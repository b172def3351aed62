// What a log held when it was opened, for the host to start Raft and to choose a snapshot. Entry data
// is read again from the segments when asked for, which must be before any of them is released.
using Kv.Core.Raft;
using Kv.Node.Ports;

namespace Kv.Node.Wal;

/// <summary>The content of a recovered log.</summary>
internal sealed class RecoveredLog
{
    private readonly IDisk _disk;
    private readonly string[] _segments;
    private readonly LogReplay _replay;

    internal RecoveredLog(
        IDisk disk,
        string[] segments,
        WalIdentity identity,
        LogReplay replay,
        TornTail? repair)
    {
        _disk = disk;
        _segments = segments;
        _replay = replay;
        Identity = identity;
        Repair = repair;
    }

    /// <summary>Whose log it is.</summary>
    public WalIdentity Identity { get; }

    /// <summary>The newest hard state. The commit index is at most <see cref="LastIndex"/>: a crash can
    /// keep it and lose entries of the same batch, none of which was acknowledged.</summary>
    public HardState HardState => _replay.HardState;

    /// <summary>Marks of snapshots taken and installed, in the order they were written.</summary>
    public IReadOnlyList<SnapshotMark> Marks => _replay.Marks;

    /// <summary>Index of the first entry kept, or of the first that can be appended.</summary>
    public ulong FirstIndex => _replay.Base + 1;

    /// <summary>Index of the last entry; <c>FirstIndex - 1</c> if there is none.</summary>
    public ulong LastIndex => _replay.LastIndex;

    /// <summary>The half-written end that was cut off, or null. To be logged as a warning.</summary>
    public TornTail? Repair { get; }

    /// <summary>True if a start from this snapshot loses nothing: the log knows the point (as a mark, or
    /// as an entry of that term), and holds every entry behind it.</summary>
    public bool Covers(SnapshotMark mark) => Covers(mark.Index, mark.Term);

    /// <summary>The same for the mark's index and term; index 0 is the empty state before the log.</summary>
    public bool Covers(ulong index, ulong term)
    {
        if (index < _replay.Base || index > LastIndex)
        {
            return false;
        }

        if (index > _replay.Base)
        {
            return _replay.Entries[(int)(index - FirstIndex)].Term == term;
        }

        return index == 0 || Marks.Any(known => known.Index == index && known.Term == term);
    }

    /// <summary>The entries behind a covered mark (index 0: all of them), ascending without gaps.</summary>
    /// <exception cref="ArgumentException">The log does not cover that mark.</exception>
    public Entry[] EntriesAfter(SnapshotMark mark)
    {
        if (!Covers(mark))
        {
            throw new ArgumentException($"the log does not cover index {mark.Index}, term {mark.Term}", nameof(mark));
        }

        var skip = (int)(mark.Index - _replay.Base);
        var entries = new Entry[_replay.Entries.Count - skip];
        for (var i = 0; i < entries.Length;)
        {
            i = ReadSegment(entries, i, skip);
        }

        return entries;
    }

    /// <summary>Reads the run of entries from <paramref name="start"/> on that lies in one segment;
    /// returns the position behind it.</summary>
    private int ReadSegment(Entry[] entries, int start, int skip)
    {
        var places = _replay.Entries;
        var segment = places[start + skip].Segment;
        var end = start;
        while (end < entries.Length && places[end + skip].Segment == segment)
        {
            end++;
        }

        var first = places[start + skip].Offset;
        var last = places[end - 1 + skip];
        var bytes = new byte[last.Offset + last.Length - first];
        using (var file = _disk.OpenRead(_segments[segment]))
        {
            if (file.Read(bytes, first) != bytes.Length)
            {
                throw new CorruptLogException(_segments[segment], first, "the segment became shorter while it was read");
            }
        }

        for (var i = start; i < end; i++)
        {
            var place = places[i + skip];
            var data = bytes.AsSpan(place.Offset - first, place.Length).ToArray();
            entries[i] = new Entry(_replay.Base + (ulong)(i + skip) + 1, place.Term, place.Kind, data);
        }

        return end;
    }
}
