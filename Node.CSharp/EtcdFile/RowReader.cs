// Rows out of the bucket of keys. A row is taken only if it is, byte for byte, what etcd writes for it:
// only then do hashes over the restored store agree with those of its source.
using System.Buffers.Binary;
using Google.Protobuf;
using Kv.Core.Mvcc;
using Kv.Node.Protos;

namespace Kv.Node.EtcdFile;

/// <summary>Reads pairs of the bucket of keys; what is wrong with one is thrown as
/// <see cref="FormatException"/>.</summary>
internal static class RowReader
{
    private const int PutKeyBytes = 17;

    private const byte KeyTag = 0x0A;

    /// <summary>Longest value of a row that is taken. A row travels and is stored as one piece; etcd's own
    /// limit is 1.5 MB unless its operator raises it.</summary>
    private const int ValueBytesMax = 32 << 20;

    /// <summary>The revision of a revision key.</summary>
    public static long MainRevision(ReadOnlySpan<byte> key)
    {
        var isDeletion = key.Length == PutKeyBytes + 1 && key[PutKeyBytes] == 't';
        return (key.Length == PutKeyBytes || isDeletion) && key[8] == '_'
            ? BinaryPrimitives.ReadInt64BigEndian(key)
            : throw new FormatException("not a revision");
    }

    /// <summary>Whether a revision key is that of a deletion.</summary>
    public static bool IsDeletion(ReadOnlySpan<byte> key) => key.Length > PutKeyBytes;

    /// <summary>The user's key in a row's value; empty for the mark of a bumped revision.</summary>
    public static ReadOnlySpan<byte> UserKey(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return default;
        }

        var at = 1;
        var length = 0;
        for (var shift = 0; at < value.Length && shift < 32; shift += 7)
        {
            length |= (value[at] & 0x7F) << shift;
            if (value[at++] < 0x80)
            {
                break;
            }
        }

        return value[0] == KeyTag && length > 0 && length <= value.Length - at
            ? value.Slice(at, length)
            : throw new FormatException("a row without a key");
    }

    /// <summary>Reads a row.</summary>
    public static Row Read(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var main = MainRevision(key);
        var sub = BinaryPrimitives.ReadInt64BigEndian(key[9..]);
        if (value.Length > ValueBytesMax)
        {
            throw new FormatException($"a row of {value.Length} bytes; kvnode takes {ValueBytesMax} at most");
        }

        var row = IsDeletion(key) || !value.IsEmpty
            ? Parse(main, sub, IsDeletion(key), value)
            : new Row(default, default, main, main, sub, 1, 0, false);
        return IsAsWritten(row, key, value)
            ? row
            : throw new FormatException("a row that is not as etcd writes it");
    }

    private static Row Parse(long main, long sub, bool isDeletion, ReadOnlySpan<byte> value)
    {
        try
        {
            var pair = KeyValue.Parser.ParseFrom(value);
            return new Row(
                pair.Key.Memory, pair.Value.Memory, pair.CreateRevision, main, sub, pair.Version, pair.Lease, isDeletion);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new FormatException("a row that is no KeyValue message");
        }
    }

    private static bool IsAsWritten(Row row, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (StoredRow.KeyLength(row) != key.Length || StoredRow.ValueLength(row) != value.Length)
        {
            return false;
        }

        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(value.Length);
        try
        {
            StoredRow.WriteValue(row, buffer);
            return buffer.AsSpan(0, value.Length).SequenceEqual(value);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
