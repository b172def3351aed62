// Folds the records of all segments, oldest first, into what the log says: the newest hard state, the
// marks, and where the entry of each index lies. A pure fold over records; files are others' business.
using System.Buffers.Binary;
using Kv.Core.Raft;

namespace Kv.Node.Wal;

/// <summary>Collects what a log holds while it is read.</summary>
internal sealed class LogReplay
{
    private readonly List<EntryPlace> _entries = [];
    private readonly List<SnapshotMark> _marks = [];
    private bool _isBaseFixed;

    /// <summary>The newest hard state as it was written.</summary>
    public HardState WrittenHardState { get; private set; }

    /// <summary>The newest hard state with a commit index the log reaches: a crash can keep the commit
    /// index and lose entries of the same batch.</summary>
    public HardState HardState =>
        new(WrittenHardState.Term, WrittenHardState.Vote, Math.Min(WrittenHardState.Commit, LastIndex));

    /// <summary>Index before the first entry kept.</summary>
    public ulong Base { get; private set; }

    /// <summary>Places of the entries behind <see cref="Base"/>, in index order.</summary>
    public IReadOnlyList<EntryPlace> Entries => _entries;

    /// <summary>The marks in the order they were written.</summary>
    public IReadOnlyList<SnapshotMark> Marks => _marks;

    /// <summary>Index of the last entry.</summary>
    public ulong LastIndex => Base + (ulong)_entries.Count;

    /// <summary>Says where the log begins, before anything else is taken.</summary>
    /// <param name="firstIndex">First index by the header of the oldest segment.</param>
    public void Begin(ulong firstIndex) => Base = firstIndex - 1;

    /// <summary>Takes the next record.</summary>
    /// <returns>Null, or what is wrong with a record that is otherwise undamaged.</returns>
    public string? Take(in RecordView record, WalSegment segment, int segmentPosition)
    {
        switch (record.Type)
        {
            case RecordType.HardState:
                return TakeHardState(record.Payload);
            case RecordType.Entry:
                return TakeEntry(record, segment, segmentPosition);
            case RecordType.SnapshotTaken:
                return TakeMark(record.Payload, isReset: false);
            case RecordType.SnapshotInstalled:
                return TakeMark(record.Payload, isReset: true);
            case RecordType.Confirmation:
            case RecordType.End:
                return null;
            case RecordType.None:
            default:
                return $"record type {(byte)record.Type} is not known to this release";
        }
    }

    private string? TakeHardState(ReadOnlySpan<byte> payload)
    {
        if (payload.Length != WalFormat.HardStateBytes)
        {
            return "malformed hard state";
        }

        WrittenHardState = new HardState(
            BinaryPrimitives.ReadUInt64LittleEndian(payload),
            BinaryPrimitives.ReadUInt64LittleEndian(payload[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(payload[16..]));
        return null;
    }

    private string? TakeMark(ReadOnlySpan<byte> payload, bool isReset)
    {
        var mark = MarkCodec.Read(payload);
        if (mark is null || mark.Index > WalFormat.NumberMax)
        {
            return "malformed snapshot mark";
        }

        if (_marks.Count == 0 || _marks[^1].Index != mark.Index || _marks[^1].Term != mark.Term)
        {
            _marks.Add(mark);
        }

        if (isReset)
        {
            _entries.Clear();
            Base = mark.Index;
            _isBaseFixed = true;
        }

        return null;
    }

    private string? TakeEntry(in RecordView record, WalSegment segment, int segmentPosition)
    {
        var payload = record.Payload;
        if (payload.Length < WalFormat.EntryHeaderBytes || payload[16] > (byte)EntryKind.Configuration)
        {
            return "malformed entry";
        }

        var index = BinaryPrimitives.ReadUInt64LittleEndian(payload);
        if (index == 0 || index > LastIndex + 1 || (index <= Base && _isBaseFixed))
        {
            return $"entry {index} where {LastIndex + 1} was expected";
        }

        Place(index, new EntryPlace(
            BinaryPrimitives.ReadUInt64LittleEndian(payload[8..]),
            segmentPosition,
            (int)(record.End - WalFormat.RecordBytes(payload.Length))
                + WalFormat.RecordHeaderBytes + WalFormat.EntryHeaderBytes,
            payload.Length - WalFormat.EntryHeaderBytes,
            (EntryKind)payload[16]));
        segment.MaxIndex = Math.Max(segment.MaxIndex, index);
        return null;
    }

    private void Place(ulong index, EntryPlace place)
    {
        if (index <= Base)
        {
            // The oldest segment begins by replacing entries of one that was released.
            _entries.Clear();
            Base = index - 1;
        }
        else
        {
            var kept = (int)(index - Base - 1);
            _entries.RemoveRange(kept, _entries.Count - kept);
        }

        _entries.Add(place);
    }
}
