// CRC-32C (Castagnoli), eight bytes an instruction where the processor has it. It finds every error
// burst up to 32 bits and every change of up to three bits in records of the sizes used here.
using System.Buffers.Binary;
using System.Numerics;

namespace Kv.Node.Wal;

/// <summary>The checksum of all files of the node.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of <paramref name="bytes"/> following data whose checksum was
    /// <paramref name="crc"/> (0: nothing before).</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var state = ~crc;
        while (bytes.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            state = BitOperations.Crc32C(state, value);
        }

        return ~state;
    }

    /// <summary>The checksum after eight more bytes, the number in little-endian order.</summary>
    public static uint Append(uint crc, ulong value) => ~BitOperations.Crc32C(~crc, value);
}
