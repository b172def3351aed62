// The bytes of records that were appended and not yet written: one array, grown as needed and used
// again, so that appending allocates nothing.
namespace Kv.Node.Wal;

/// <summary>Collects records for one write.</summary>
internal sealed class RecordBuffer
{
    private const int InitialBytes = 64 << 10;

    /// <summary>A buffer that had to grow past this is given back after the write.</summary>
    private const int KeptBytesMax = 16 << 20;

    private byte[] _bytes = new byte[InitialBytes];
    private int _openAt;

    /// <summary>Bytes collected so far.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Starts a record and returns its payload to be filled before <see cref="Close"/>.</summary>
    public Span<byte> Open(RecordType type, int payload)
    {
        var size = WalFormat.RecordBytes(payload);
        Grow(size);
        _openAt = Length;
        Length += size;
        RecordCodec.WriteHeader(_bytes.AsSpan(_openAt, size), type, payload);
        return _bytes.AsSpan(_openAt + WalFormat.RecordHeaderBytes, payload);
    }

    /// <summary>Finishes the open record; returns its checksum.</summary>
    /// <param name="seed">Checksum of the segment's header.</param>
    /// <param name="bufferOffset">Offset in the segment where the buffer will be written.</param>
    /// <param name="previous">Checksum of the record before.</param>
    public uint Close(uint seed, long bufferOffset, uint previous) =>
        RecordCodec.Seal(_bytes.AsSpan(_openAt, Length - _openAt), seed, bufferOffset + _openAt, previous);

    /// <summary>Takes bytes that are not a record: the segment header.</summary>
    public Span<byte> Raw(int size)
    {
        Grow(size);
        var raw = _bytes.AsSpan(Length, size);
        Length += size;
        return raw;
    }

    /// <summary>Forgets everything collected.</summary>
    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > KeptBytesMax)
        {
            _bytes = new byte[InitialBytes];
        }
    }

    private void Grow(int size)
    {
        var needed = checked(Length + size);
        if (needed > _bytes.Length)
        {
            var doubled = (int)Math.Min(2L * _bytes.Length, Array.MaxLength);
            Array.Resize(ref _bytes, Math.Max(needed, doubled));
        }
    }
}
