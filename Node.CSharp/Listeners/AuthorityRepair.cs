// etcd's Go clients up to 3.4 name an endpoint by its whole URL and send that as :authority
// ("http://10.0.0.1:2379"), for instance in `etcdctl endpoint status`. etcd does not look at it; Kestrel
// resets such a stream before anyone can decide otherwise. So the scheme's "://" is written over with
// characters of a host name, in place: the codes chosen are as long as those they replace, so no length
// changes and both ends' HPACK tables (RFC 7541) stay in step.
namespace Kv.Node.Listeners;

/// <summary>Finds and repairs <c>:authority</c> values that begin with a scheme, in a header block.</summary>
internal static class AuthorityRepair
{
    /// <summary>Place of <c>:authority</c> in HPACK's static table.</summary>
    private const int AuthorityIndex = 1;

    /// <summary>Bits of 'x' and of '-', for ':' (7 bits) and '/' (6 bits) in HPACK's Huffman code.</summary>
    private const uint HuffmanX = 0b1111001;

    private const uint HuffmanDash = 0b010110;

    // "http://" and "https://" in HPACK's Huffman code, left-aligned in 64 bits.
    private const ulong HuffmanHttp = 0b100111_01001_01001_101011_1011100_011000_011000UL << (64 - 41);

    private const ulong HuffmanHttps = 0b100111_01001_01001_101011_01000_1011100_011000_011000UL << (64 - 46);

    /// <summary>Repairs one complete header block in place. A block that is not well-formed is left as it
    /// is, for the server to refuse.</summary>
    public static void Apply(Span<byte> block)
    {
        var at = 0;
        while (at < block.Length)
        {
            var first = block[at];
            if ((first & 0x80) != 0)
            {
                if (!TryReadInteger(block, ref at, 7, out _))
                {
                    return;
                }

                continue;
            }

            if ((first & 0xE0) == 0x20)
            {
                if (!TryReadInteger(block, ref at, 5, out _))
                {
                    return;
                }

                continue;
            }

            // A literal: with indexing (6 bits of name index) or without (4 bits).
            if (!TryReadInteger(block, ref at, (first & 0x40) != 0 ? 6 : 4, out var name)
                || (name == 0 && !TryReadString(block, ref at, out _, out _))
                || !TryReadString(block, ref at, out var value, out var isHuffman))
            {
                return;
            }

            if (name == AuthorityIndex)
            {
                Repair(block[value], isHuffman);
            }
        }
    }

    private static void Repair(Span<byte> value, bool isHuffman)
    {
        if (!isHuffman)
        {
            var colon = value.IndexOf("://"u8);
            if (colon > 0)
            {
                "x--"u8.CopyTo(value[colon..]);
            }

            return;
        }

        if (BeginsWith(value, HuffmanHttp, 41))
        {
            Overwrite(value, 22);
        }
        else if (BeginsWith(value, HuffmanHttps, 46))
        {
            Overwrite(value, 27);
        }
    }

    /// <summary>Both codes end in zeros, which a value that is cut off has, too.</summary>
    private static bool BeginsWith(ReadOnlySpan<byte> value, ulong code, int bits) =>
        value.Length * 8 >= bits && (ReadHead(value) & (ulong.MaxValue << (64 - bits))) == code;

    /// <summary>The first 64 bits, zeros behind the end.</summary>
    private static ulong ReadHead(ReadOnlySpan<byte> value)
    {
        ulong head = 0;
        for (var i = 0; i < 8; i++)
        {
            head = (head << 8) | (i < value.Length ? value[i] : 0u);
        }

        return head;
    }

    private static void Overwrite(Span<byte> value, int colonBit)
    {
        WriteBits(value, colonBit, HuffmanX, 7);
        WriteBits(value, colonBit + 7, HuffmanDash, 6);
        WriteBits(value, colonBit + 13, HuffmanDash, 6);
    }

    private static void WriteBits(Span<byte> value, int bit, uint code, int length)
    {
        for (var i = 0; i < length; i++, bit++)
        {
            var mask = (byte)(0x80 >> (bit % 8));
            var isSet = (code >> (length - 1 - i) & 1) != 0;
            value[bit / 8] = (byte)(isSet ? value[bit / 8] | mask : value[bit / 8] & ~mask);
        }
    }

    /// <summary>RFC 7541 §5.1.</summary>
    private static bool TryReadInteger(ReadOnlySpan<byte> block, ref int at, int prefixBits, out int value)
    {
        var max = (1 << prefixBits) - 1;
        value = block[at++] & max;
        if (value < max)
        {
            return true;
        }

        for (var shift = 0; shift <= 21 && at < block.Length; shift += 7)
        {
            var next = block[at++];
            value += (next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>RFC 7541 §5.2.</summary>
    private static bool TryReadString(ReadOnlySpan<byte> block, ref int at, out Range value, out bool isHuffman)
    {
        value = default;
        isHuffman = at < block.Length && (block[at] & 0x80) != 0;
        if (at >= block.Length || !TryReadInteger(block, ref at, 7, out var length) || length > block.Length - at)
        {
            return false;
        }

        value = at..(at + length);
        at += length;
        return true;
    }
}
