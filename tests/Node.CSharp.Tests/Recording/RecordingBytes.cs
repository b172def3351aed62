using System.Buffers.Binary;
using Kv.Node.Recording;
using Kv.Node.Wal;

namespace Kv.Node.Tests.Recording;

/// <summary>Changes recordings so that their checksums do not show it.</summary>
internal static class RecordingBytes
{
    /// <summary>Makes the checksums of a segment's blocks right again.</summary>
    public static void Reseal(byte[] segment)
    {
        for (var at = RecordingFormat.Magic.Length; at < segment.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(segment.AsSpan(at));
            var payload = segment.AsSpan(at + RecordingFormat.BlockHeaderBytes, length);
            BinaryPrimitives.WriteUInt32LittleEndian(
                segment.AsSpan(at + 4), Crc32C.Append(Crc32C.Append(0, segment.AsSpan(at, 4)), payload));
            at += RecordingFormat.BlockHeaderBytes + length;
        }
    }

    /// <summary>Where a step's fingerprint is: behind the length, the kind and the time.</summary>
    /// <param name="segment">The segment's bytes.</param>
    /// <param name="offset">Of the step.</param>
    public static long FingerprintAt(byte[] segment, long offset)
    {
        var fields = new FieldReader(segment.AsMemory((int)offset));
        _ = (fields.Varint(), fields.Byte(), fields.Varint());
        return offset + fields.Position;
    }

    /// <summary>Where the last byte of a record is.</summary>
    /// <param name="segment">The segment's bytes.</param>
    /// <param name="offset">Of the record.</param>
    public static long LastAt(byte[] segment, long offset)
    {
        var fields = new FieldReader(segment.AsMemory((int)offset));
        return offset + (long)fields.Varint() + fields.Position - 1;
    }
}
