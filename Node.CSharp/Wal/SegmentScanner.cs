// Reads one segment from its header to its end, and judges that end: what only a crash can have
// left is a torn tail, everything else is damage. The rule is explained in docs/wal-format.md.
using System.Buffers.Binary;

namespace Kv.Node.Wal;

/// <summary>Walks the records of a segment that was read into memory.</summary>
internal ref struct SegmentScanner
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly string _path;
    private readonly uint _seed;
    private readonly SegmentHeader _header;

    public SegmentScanner(ReadOnlySpan<byte> bytes, string path, uint seed, SegmentHeader header)
    {
        _bytes = bytes;
        _path = path;
        _seed = seed;
        _header = header;
        Chain = seed;
        Offset = WalFormat.HeaderBytes;
    }

    /// <summary>Offset behind the last good record.</summary>
    public long Offset { get; private set; }

    /// <summary>Checksum of the last good record.</summary>
    public uint Chain { get; private set; }

    /// <summary>The last good record is the segment's end record.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>The next record; false where the good records end.</summary>
    public bool TryNext(out RecordView record)
    {
        record = default;
        if (IsEnded
            || !RecordCodec.TryRead(_bytes, _seed, Offset, out var found)
            || found.Previous != Chain)
        {
            return false;
        }

        record = found;
        Offset = found.End;
        Chain = found.Crc;
        IsEnded = found.Type == RecordType.End;
        return true;
    }

    /// <summary>Judges what is behind the last good record of the newest segment.</summary>
    /// <returns>The tail to cut, or null if there is nothing.</returns>
    /// <exception cref="CorruptLogException">It was durable once.</exception>
    public readonly TornTail? CheckTail()
    {
        if (IsEnded && _header.ReservedBytes > 0)
        {
            throw new CorruptLogException(
                _path, Offset, $"the log goes on in segment {_header.Sequence + 1:x16}, which is missing");
        }

        if (_header.ReservedBytes > _bytes.Length)
        {
            throw new CorruptLogException(
                _path, _bytes.Length,
                $"the file ends here and was made with {_header.ReservedBytes} bytes: it has been cut short");
        }

        var used = _bytes[(int)Offset..].LastIndexOfAnyExcept((byte)0) + 1;
        if (Offset < _header.DurableBytes || IsConfirmedBehind(used))
        {
            throw new CorruptLogException(_path, Offset, "damaged record");
        }

        return used == 0 ? null : new TornTail(_path, Offset, used);
    }

    /// <summary>Judges the end of a segment with a successor. Without a good end record it is complete only if
    /// what is missing is that record: a crash can leave it out, as the successor has its name before. Whether it
    /// is that, the successor's header tells, which has the checksum the record must have.</summary>
    /// <returns>The end record to write, or null if it is there.</returns>
    /// <exception cref="CorruptLogException">It is not complete.</exception>
    public UnendedSegment? CheckEnded()
    {
        UnendedSegment? unended = null;
        if (!IsEnded)
        {
            var record = RecordCodec.MakeEnd(_seed, Offset, Chain, out var crc);
            unended = new UnendedSegment(_path, Offset, record);
            Offset = Math.Min(Offset + record.Length, _bytes.Length);
            Chain = crc;
        }

        if (_bytes[(int)Offset..].ContainsAnyExcept((byte)0))
        {
            throw unended is null
                ? new CorruptLogException(_path, Offset, "unexpected bytes behind the end record")
                : unended.Damage();
        }

        return unended;
    }

    /// <summary>True if a later confirmation says that what stands at the offset was durable.</summary>
    private readonly bool IsConfirmedBehind(int used)
    {
        const int size = WalFormat.RecordHeaderBytes + WalFormat.ConfirmationBytes;
        var limit = Math.Min(Offset + used + WalFormat.Alignment, _bytes.Length);
        for (var at = Offset; at + size <= limit; at += WalFormat.Alignment)
        {
            var head = _bytes.Slice((int)at, WalFormat.RecordHeaderBytes);
            if (head[12] == (byte)RecordType.Confirmation
                && BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) == WalFormat.ConfirmationBytes
                && RecordCodec.TryRead(_bytes, _seed, at, out var record)
                && BinaryPrimitives.ReadUInt64LittleEndian(record.Payload) > (ulong)Offset)
            {
                return true;
            }
        }

        return false;
    }
}
