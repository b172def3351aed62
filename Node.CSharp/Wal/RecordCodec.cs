// One record: checksum, length, checksum of the record before, type, payload, zeros up to a multiple
// of eight. The checksum covers all of it and also the segment and the offset, so a record can be
// recognised on its own (after damage) and never anywhere but where it was written.
using System.Buffers.Binary;

namespace Kv.Node.Wal;

/// <summary>Writes and checks the frame of records.</summary>
internal static class RecordCodec
{
    private const int LengthAt = 4;
    private const int PreviousAt = 8;
    private const int TypeAt = 12;

    /// <summary>Writes all of the header but its checksum; the padding is zeroed, the payload is left
    /// to the caller.</summary>
    public static void WriteHeader(Span<byte> record, RecordType type, int payload)
    {
        record[..WalFormat.RecordHeaderBytes].Clear();
        record[(WalFormat.RecordHeaderBytes + payload)..].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record[LengthAt..], (uint)payload);
        record[TypeAt] = (byte)type;
    }

    /// <summary>Links a record whose payload is in place to the one before; returns its checksum.</summary>
    public static uint Seal(Span<byte> record, uint seed, long offset, uint previous)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record[PreviousAt..], previous);
        var crc = Checksum(record, seed, offset);
        BinaryPrimitives.WriteUInt32LittleEndian(record, crc);
        return crc;
    }

    /// <summary>Makes the record that ends a segment; its checksum follows from the records before it.</summary>
    public static byte[] MakeEnd(uint seed, long offset, uint previous, out uint crc)
    {
        var record = new byte[WalFormat.RecordBytes(0)];
        WriteHeader(record, RecordType.End, 0);
        crc = Seal(record, seed, offset, previous);
        return record;
    }

    /// <summary>True if a whole, undamaged record of this segment stands at this offset, whatever comes
    /// before it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> segment, uint seed, long offset, out RecordView record)
    {
        record = default;
        if (segment.Length - offset < WalFormat.RecordHeaderBytes)
        {
            return false;
        }

        var start = segment[(int)offset..];
        var payload = BinaryPrimitives.ReadUInt32LittleEndian(start[LengthAt..]);
        if (payload > int.MaxValue - WalFormat.RecordHeaderBytes - WalFormat.Alignment
            || WalFormat.RecordBytes((int)payload) > start.Length)
        {
            return false;
        }

        var bytes = start[..WalFormat.RecordBytes((int)payload)];
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (Checksum(bytes, seed, offset) != crc)
        {
            return false;
        }

        record = new RecordView(
            (RecordType)bytes[TypeAt],
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[PreviousAt..]),
            crc,
            offset + bytes.Length,
            bytes.Slice(WalFormat.RecordHeaderBytes, (int)payload));
        return true;
    }

    private static uint Checksum(ReadOnlySpan<byte> record, uint seed, long offset) =>
        Crc32C.Append(Crc32C.Append(seed, (ulong)offset), record[LengthAt..]);
}
