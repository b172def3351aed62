// Makes new inputs of old ones. It knows the shapes that formats are made of (lengths, numbers at the edges of
// their range, words, nesting), and no format.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Fuzz;

/// <summary>Changes inputs, as a seed says.</summary>
internal sealed class Mutator(Random random, byte[][] words, int lengthMax)
{
    private const int ChangesMax = 8;

    private const int RepeatsMax = 300;

    private static readonly ulong[] Edges =
    [
        0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
        0x1_0000_0000, 0x3FFF_FFFF_FFFF_FFFF, 0x4000_0000_0000_0000, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, ulong.MaxValue,
    ];

    /// <summary>A new input.</summary>
    public byte[] Next(IReadOnlyList<byte[]> pool)
    {
        List<byte> bytes = [.. Pick(pool)];
        var changes = 1;
        while (changes < ChangesMax && random.Next(2) == 0)
        {
            changes++;
        }

        for (var i = 0; i < changes; i++)
        {
            Change(bytes, pool);
        }

        if (bytes.Count > lengthMax)
        {
            bytes.RemoveRange(lengthMax, bytes.Count - lengthMax);
        }

        return [.. bytes];
    }

    private void Change(List<byte> bytes, IReadOnlyList<byte[]> pool)
    {
        var (at, length) = Range(bytes);
        switch (random.Next(16))
        {
            case 0 when bytes.Count > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when bytes.Count > 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                Overwrite(bytes, at, Fixed(Edge()));
                break;
            case 3:
                AddTo(bytes, at);
                break;
            case 4:
                Replace(bytes, at, VarintLength(bytes, at), Varint(Edge()));
                break;
            case 5:
                bytes.RemoveRange(at, length);
                break;
            case 6:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 7:
                bytes.InsertRange(at, Enumerable.Range(0, random.Next(1, 9)).Select(_ => (byte)random.Next(256)));
                break;
            case 8:
                Splice(bytes, at, length, Pick(pool));
                break;
            case 9:
                Overwrite(bytes, Range(bytes).At, bytes.GetRange(at, length));
                break;
            case 10:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 11 or 12 when words.Length > 0:
                Replace(bytes, at, random.Next(2) == 0 ? 0 : length, Pick(words));
                break;
            case 13:
                ChangeNumber(bytes, at);
                break;
            case 14:
                Repeat(bytes, at, length);
                break;
            default:
                SwapRanges(bytes, at, length);
                break;
        }
    }

    private ulong Edge() => Edges[random.Next(Edges.Length)] + (ulong)random.Next(3) - 1;

    private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    /// <summary>A place, and a length that is mostly short.</summary>
    private (int At, int Length) Range(List<byte> bytes)
    {
        if (bytes.Count == 0)
        {
            return (0, 0);
        }

        var at = random.Next(bytes.Count);
        var most = random.Next(4) == 0 ? bytes.Count : 16;
        return (at, random.Next(1, Math.Min(most, bytes.Count - at) + 1));
    }

    private byte[] Fixed(ulong value)
    {
        var bytes = new byte[8];
        var width = 1 << random.Next(4);
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            return bytes[..width];
        }

        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes[^width..];
    }

    private static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    private static int VarintLength(List<byte> bytes, int at)
    {
        var length = 0;
        while (at + length < bytes.Count && length < 10 && bytes[at + length++] >= 0x80)
        {
        }

        return length;
    }

    /// <summary>Counts a length or a number up or down a little.</summary>
    private void AddTo(List<byte> bytes, int at)
    {
        var width = Math.Min(1 << random.Next(4), bytes.Count - at);
        var carry = random.Next(1, 17) * (random.Next(2) == 0 ? 1 : -1);
        for (var i = 0; i < width && carry != 0; i++)
        {
            var sum = bytes[at + i] + carry;
            bytes[at + i] = (byte)sum;
            carry = sum >> 8;
        }
    }

    private static void Overwrite(List<byte> bytes, int at, IReadOnlyList<byte> with)
    {
        for (var i = 0; i < with.Count && at + i < bytes.Count; i++)
        {
            bytes[at + i] = with[i];
        }
    }

    private static void Replace(List<byte> bytes, int at, int length, byte[] with)
    {
        bytes.RemoveRange(at, length);
        bytes.InsertRange(at, with);
    }

    private void Splice(List<byte> bytes, int at, int length, byte[] other)
    {
        if (other.Length == 0)
        {
            return;
        }

        var start = random.Next(other.Length);
        var taken = random.Next(1, other.Length - start + 1);
        Replace(bytes, at, length, other[start..(start + taken)]);
    }

    /// <summary>Another number in place of one that is written in digits.</summary>
    private void ChangeNumber(List<byte> bytes, int at)
    {
        while (at < bytes.Count && !char.IsAsciiDigit((char)bytes[at]))
        {
            at++;
        }

        var end = at;
        while (end < bytes.Count && char.IsAsciiDigit((char)bytes[end]))
        {
            end++;
        }

        var text = random.Next(3) switch
        {
            0 => Edge().ToString(CultureInfo.InvariantCulture),
            1 => ((long)Edge()).ToString(CultureInfo.InvariantCulture),
            _ => new string('9', random.Next(1, 40)),
        };
        Replace(bytes, at, end - at, Encoding.ASCII.GetBytes(text));
    }

    /// <summary>The same again and again: long lists, deep nesting.</summary>
    private void Repeat(List<byte> bytes, int at, int length)
    {
        var part = bytes.GetRange(at, length);
        var count = Math.Min(random.Next(2, RepeatsMax), length == 0 ? 0 : lengthMax / length);
        for (var i = 0; i < count; i++)
        {
            bytes.InsertRange(at, part);
        }
    }

    private void SwapRanges(List<byte> bytes, int at, int length)
    {
        var part = bytes.GetRange(at, length);
        bytes.RemoveRange(at, length);
        bytes.InsertRange(random.Next(bytes.Count + 1), part);
    }
}
