// What a log holds, read without any of the node's code and without a doubt: the truth that the node's reading of
// a damaged copy is held against.
using System.Buffers.Binary;
using Kv.Core.Raft;

namespace Damage;

/// <summary>A record of an undamaged log.</summary>
/// <param name="Segment">The file.</param>
/// <param name="Start">Where it begins, bytes.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Type">Its number on the disk.</param>
/// <param name="Payload">Its content.</param>
internal sealed record Written(string Segment, int Start, int End, byte Type, byte[] Payload);

/// <summary>What a log says up to some point.</summary>
internal sealed record LogContent(HardState HardState, ulong Base, List<Entry> Entries)
{
    public ulong Last => Base + (ulong)Entries.Count;
}

/// <summary>All records of an undamaged log in order.</summary>
internal sealed class LogPicture
{
    private const int HeaderBytes = 64;

    private const byte HardStateType = 1;
    private const byte EntryType = 2;
    private const byte InstalledType = 4;
    private const byte ConfirmationType = 5;

    private readonly List<Written> _records = [];

    public LogPicture(MemoryDisk disk)
    {
        Segments = [.. disk.Paths.Where(path => path.EndsWith(".wal", StringComparison.Ordinal))];
        foreach (var segment in Segments)
        {
            Read(segment, disk[segment].Content());
        }

        Newest = [.. _records.Where(record => record.Segment == Segments[^1])];
    }

    public string[] Segments { get; }

    public IReadOnlyList<Written> Records => _records;

    /// <summary>Those of the newest segment.</summary>
    public IReadOnlyList<Written> Newest { get; }

    /// <summary>Where the part of the newest segment ends that a confirmation there vouches for, by those that
    /// still stand where they stood.</summary>
    public int ConfirmedIn(ReadOnlySpan<byte> newest, ReadOnlySpan<byte> undamaged)
    {
        foreach (var record in Newest.Reverse())
        {
            if (record.Type == ConfirmationType && record.End <= newest.Length
                && newest[record.Start..record.End].SequenceEqual(undamaged[record.Start..record.End]))
            {
                return (int)BinaryPrimitives.ReadUInt64LittleEndian(record.Payload);
            }
        }

        return OpeningEnd;
    }

    /// <summary>Where the records end that were there before the newest segment had its name.</summary>
    public int OpeningEnd { get; private set; }

    /// <summary>What the log says up to a record, by its position among all.</summary>
    /// <param name="count">Records up to there.</param>
    /// <param name="floor">Index behind which entries are wanted.</param>
    public LogContent ContentAfter(int count, ulong floor)
    {
        var hard = default(HardState);
        var entries = new SortedDictionary<ulong, Entry>();
        ulong last = floor;
        foreach (var record in _records.Take(count))
        {
            var payload = record.Payload.AsSpan();
            var first = payload.Length < 8 ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(payload);
            switch (record.Type)
            {
                case HardStateType:
                    hard = new HardState(
                        first, BinaryPrimitives.ReadUInt64LittleEndian(payload[8..]), BinaryPrimitives.ReadUInt64LittleEndian(payload[16..]));
                    break;
                case InstalledType:
                    entries.Clear();
                    break;
                case EntryType:
                    foreach (var replaced in entries.Keys.Where(index => index > first).ToArray())
                    {
                        entries.Remove(replaced);
                    }

                    entries[first] = new Entry(
                        first, BinaryPrimitives.ReadUInt64LittleEndian(payload[8..]), (EntryKind)payload[16], payload[24..].ToArray());
                    last = first;
                    break;
                default:
                    break;
            }
        }

        var kept = entries.Values.Where(entry => entry.Index > floor).ToList();
        var commit = Math.Min(hard.Commit, last);
        return new LogContent(new HardState(hard.Term, hard.Vote, commit), floor, kept);
    }

    private void Read(string segment, byte[] bytes)
    {
        OpeningEnd = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12));
        for (var at = HeaderBytes; at + 16 <= bytes.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4));
            var type = bytes[at + 12];
            if (type == 0)
            {
                break;
            }

            var end = at + ((16 + length + 7) / 8 * 8);
            _records.Add(new Written(segment, at, end, type, bytes[(at + 16)..(at + 16 + length)]));
            at = end;
        }
    }
}
