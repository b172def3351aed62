// The fields of records: varints (base 128), fixed numbers, text.
using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Kv.Node.Recording;

/// <summary>Writes fields.</summary>
internal static class RecordFields
{
    /// <summary>Most bytes of a varint.</summary>
    public const int VarintBytesMax = 10;

    /// <summary>Writes a varint; returns its length.</summary>
    public static int WriteVarint(Span<byte> target, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            target[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[length++] = (byte)value;
        return length;
    }

    public static void Kind(this ArrayBufferWriter<byte> writer, RecordKind kind) => writer.Byte((byte)kind);

    public static void Byte(this ArrayBufferWriter<byte> writer, byte value)
    {
        writer.GetSpan(1)[0] = value;
        writer.Advance(1);
    }

    public static void Varint(this ArrayBufferWriter<byte> writer, ulong value) =>
        writer.Advance(WriteVarint(writer.GetSpan(VarintBytesMax), value));

    public static void Fixed32(this ArrayBufferWriter<byte> writer, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(writer.GetSpan(sizeof(uint)), value);
        writer.Advance(sizeof(uint));
    }

    /// <summary>Text with its length.</summary>
    public static void Text(this ArrayBufferWriter<byte> writer, string text)
    {
        writer.Varint((ulong)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, writer);
    }
}

/// <summary>Reads fields. Past the first one that is not there everything is empty and
/// <see cref="IsSound"/> false.</summary>
internal struct FieldReader(ReadOnlyMemory<byte> bytes)
{
    private int _at;

    public bool IsSound { get; private set; } = true;

    /// <summary>Nothing is left, and nothing was missing.</summary>
    public readonly bool IsComplete => IsSound && _at == bytes.Length;

    /// <summary>Where the next field begins.</summary>
    public readonly int Position => _at;

    public byte Byte()
    {
        if (_at >= bytes.Length)
        {
            IsSound = false;
            return 0;
        }

        return bytes.Span[_at++];
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return IsSound ? value : 0;
            }
        }

        IsSound = false;
        return 0;
    }

    public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(sizeof(uint)) is { Length: sizeof(uint) } found
        ? found.Span
        : stackalloc byte[sizeof(uint)]);

    /// <summary>As many bytes as said; empty if there are fewer.</summary>
    public ReadOnlyMemory<byte> Bytes(ulong length)
    {
        if (length > (ulong)(bytes.Length - _at))
        {
            IsSound = false;
            return default;
        }

        _at += (int)length;
        return bytes.Slice(_at - (int)length, (int)length);
    }

    public string Text() => Encoding.UTF8.GetString(Bytes(Varint()).Span);

    /// <summary>All that is left.</summary>
    public ReadOnlyMemory<byte> Rest() => Bytes((ulong)(bytes.Length - _at));
}
