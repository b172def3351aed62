// Text and bytes, both ways without loss. Keys and values are bytes; people mostly mean UTF-8 text.
// Bytes that are not UTF-8 become lone surrogates U+DC80..U+DCFF (one a byte), which valid UTF-8 can
// never yield, so that what was read as a string writes back as the very same bytes.

using System.Text;

namespace Kv.PowerShell.Values;

internal static class KvText
{
    private const char FirstEscape = '\uDC80';
    private const char LastEscape = '\uDCFF';
    private const int EscapeBase = 0xDC00;

    private static readonly UTF8Encoding Strict = new(false, true);
    private static readonly UTF8Encoding Lenient = new(false, false);

    /// <summary>The text of these bytes; bytes that are not UTF-8 are escaped one by one.</summary>
    public static string Decode(byte[] bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return DecodeEscaping(bytes);
        }
    }

    /// <summary>The bytes of this text; the exact inverse of <see cref="Decode"/>.</summary>
    public static byte[] Encode(string text)
    {
        var escaped = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (IsPair(text, i))
            {
                i++;
            }
            else if (IsEscape(text[i]))
            {
                escaped++;
            }
        }

        return escaped == 0 ? Lenient.GetBytes(text) : EncodeEscaped(text);
    }

    private static bool IsEscape(char c) => c >= FirstEscape && c <= LastEscape;

    private static bool IsPair(string text, int i) =>
        i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);

    private static string DecodeEscaping(byte[] bytes)
    {
        var text = new StringBuilder(bytes.Length);
        var i = 0;
        while (i < bytes.Length)
        {
            var length = SequenceLength(bytes, i);
            if (length == 0)
            {
                text.Append((char)(EscapeBase + bytes[i]));
                i++;
            }
            else
            {
                text.Append(Lenient.GetString(bytes, i, length));
                i += length;
            }
        }

        return text.ToString();
    }

    private static byte[] EncodeEscaped(string text)
    {
        using var bytes = new System.IO.MemoryStream(text.Length * 2);
        var plainFrom = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (IsPair(text, i))
            {
                i++;
            }
            else if (IsEscape(text[i]))
            {
                WritePlain(bytes, text, plainFrom, i);
                bytes.WriteByte((byte)(text[i] - EscapeBase));
                plainFrom = i + 1;
            }
        }

        WritePlain(bytes, text, plainFrom, text.Length);
        return bytes.ToArray();
    }

    private static void WritePlain(System.IO.MemoryStream bytes, string text, int from, int to)
    {
        var plain = Lenient.GetBytes(text.Substring(from, to - from));
        bytes.Write(plain, 0, plain.Length);
    }

    /// <summary>Length of the well-formed UTF-8 sequence at i, or 0 (Unicode 15, table 3-7).</summary>
    private static int SequenceLength(byte[] b, int i)
    {
        var lead = b[i];
        return lead switch
        {
            < 0x80 => 1,
            >= 0xC2 and <= 0xDF => Tail(b, i + 1, 0x80, 0xBF, 1) ? 2 : 0,
            0xE0 => Tail(b, i + 1, 0xA0, 0xBF, 2) ? 3 : 0,
            0xED => Tail(b, i + 1, 0x80, 0x9F, 2) ? 3 : 0,
            >= 0xE1 and <= 0xEF => Tail(b, i + 1, 0x80, 0xBF, 2) ? 3 : 0,
            0xF0 => Tail(b, i + 1, 0x90, 0xBF, 3) ? 4 : 0,
            >= 0xF1 and <= 0xF3 => Tail(b, i + 1, 0x80, 0xBF, 3) ? 4 : 0,
            0xF4 => Tail(b, i + 1, 0x80, 0x8F, 3) ? 4 : 0,
            _ => 0,
        };
    }

    private static bool Tail(byte[] b, int i, byte firstLow, byte firstHigh, int count)
    {
        if (i + count > b.Length || b[i] < firstLow || b[i] > firstHigh)
        {
            return false;
        }

        for (var k = 1; k < count; k++)
        {
            if (b[i + k] < 0x80 || b[i + k] > 0xBF)
            {
                return false;
            }
        }

        return true;
    }
}
