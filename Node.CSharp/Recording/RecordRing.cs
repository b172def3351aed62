// The way of records from the Raft loop to the thread that writes them: a ring of bytes with one that puts and
// one that takes, neither of which ever waits. What has no room is refused; the recorder then says so in the
// recording.
namespace Kv.Node.Recording;

/// <summary>A ring of records, each with its length in front.</summary>
internal sealed class RecordRing
{
    private readonly byte[] _bytes;
    private readonly int _mask;
    private long _put;
    private long _taken;

    /// <param name="capacity">Bytes; a power of two.</param>
    public RecordRing(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(System.Numerics.BitOperations.IsPow2(capacity), true);
        (_bytes, _mask) = (new byte[capacity], capacity - 1);
    }

    public int Capacity => _bytes.Length;

    /// <summary>Bytes that wait to be taken.</summary>
    public int Waiting => (int)(Volatile.Read(ref _put) - Volatile.Read(ref _taken));

    /// <summary>Puts a record; false if there is no room.</summary>
    public bool TryPut(ReadOnlySpan<byte> record)
    {
        Span<byte> length = stackalloc byte[RecordFields.VarintBytesMax];
        length = length[..RecordFields.WriteVarint(length, (ulong)record.Length)];
        var put = _put;
        if (_bytes.Length - (put - Volatile.Read(ref _taken)) < length.Length + record.Length)
        {
            return false;
        }

        Copy(length, put);
        Copy(record, put + length.Length);
        Volatile.Write(ref _put, put + length.Length + record.Length);
        return true;
    }

    /// <summary>Takes all whole records; returns how many bytes they are.</summary>
    /// <param name="target">At least as long as the ring.</param>
    public int Take(Span<byte> target)
    {
        var taken = _taken;
        var count = (int)(Volatile.Read(ref _put) - taken);
        var at = (int)taken & _mask;
        var first = Math.Min(count, _bytes.Length - at);
        _bytes.AsSpan(at, first).CopyTo(target);
        _bytes.AsSpan(0, count - first).CopyTo(target[first..]);
        Volatile.Write(ref _taken, taken + count);
        return count;
    }

    private void Copy(ReadOnlySpan<byte> bytes, long position)
    {
        var at = (int)position & _mask;
        var first = Math.Min(bytes.Length, _bytes.Length - at);
        bytes[..first].CopyTo(_bytes.AsSpan(at));
        bytes[first..].CopyTo(_bytes);
    }
}
