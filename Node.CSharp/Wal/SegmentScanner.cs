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
    private readonly long _durableBytes;

    public SegmentScanner(ReadOnlySpan<byte> bytes, string path, uint seed, SegmentHeader header)
    {
        _bytes = bytes;
        _path = path;
        _seed = seed;
        _durableBytes = header.DurableBytes;
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
        var used = _bytes[(int)Offset..].LastIndexOfAnyExcept((byte)0) + 1;
        if (Offset < _durableBytes || IsConfirmedBehind(used))
        {
            throw new CorruptLogException(_path, Offset, "damaged record");
        }

        return used == 0 ? null : new TornTail(_path, Offset, used);
    }

    /// <summary>Checks that a segment with a successor is complete.</summary>
    /// <exception cref="CorruptLogException">It is not.</exception>
    public readonly void CheckEnded()
    {
        if (!IsEnded)
        {
            throw new CorruptLogException(_path, Offset, "damaged record");
        }

        if (_bytes[(int)Offset..].ContainsAnyExcept((byte)0))
        {
            throw new CorruptLogException(_path, Offset, "unexpected bytes behind the end record");
        }
    }

    /// <summary>True if a later confirmation says that what stands at the offset was durable.</summary>
    private readonly bool IsConfirmedBehind(int used)
    {
        const int size = WalFormat.RecordHeaderBytes + WalFormat.ConfirmationBytes;
        for (var at = Offset; at + size <= Offset + used + WalFormat.Alignment && at + size <= _bytes.Length; at += WalFormat.Alignment)
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
