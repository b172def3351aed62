// Sizes and names of the log's files; docs/wal-format.md is the full description.
using System.Globalization;

namespace Kv.Node.Wal;

/// <summary>Constants of the segment format.</summary>
internal static class WalFormat
{
    /// <summary>Version in the segment header; a reader refuses any other.</summary>
    public const uint Version = 1;

    /// <summary>Bytes of the segment header; the first record follows.</summary>
    public const int HeaderBytes = 64;

    /// <summary>Bytes before the payload of a record.</summary>
    public const int RecordHeaderBytes = 16;

    /// <summary>Records start at multiples of this.</summary>
    public const int Alignment = 8;

    /// <summary>Bytes of an entry's payload before its data.</summary>
    public const int EntryHeaderBytes = 24;

    /// <summary>Payload bytes of a hard state.</summary>
    public const int HardStateBytes = 24;

    /// <summary>Payload bytes of a confirmation.</summary>
    public const int ConfirmationBytes = 8;

    /// <summary>Space kept free at the end of a segment for its confirmation and end records.</summary>
    public const int ReservedBytes = RecordHeaderBytes + ConfirmationBytes + RecordHeaderBytes;

    /// <summary>Sequence numbers and indexes beyond this are nonsense; below it nothing that is added to them
    /// overflows.</summary>
    public const ulong NumberMax = 1UL << 62;

    /// <summary>Suffix of segments.</summary>
    public const string Suffix = ".wal";

    /// <summary>Suffix of files that have not got their name yet.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>The first bytes of every segment.</summary>
    public static ReadOnlySpan<byte> Magic => "kvwal\r\n\0"u8;

    /// <summary>Bytes of a whole record with a payload of this length.</summary>
    public static int RecordBytes(int payload) =>
        checked(RecordHeaderBytes + payload + Alignment - 1) & ~(Alignment - 1);

    /// <summary>The file name of a segment.</summary>
    public static string SegmentName(ulong sequence, ulong firstIndex) => $"{sequence:x16}-{firstIndex:x16}{Suffix}";

    /// <summary>Takes a file name apart; false if it is not a segment's.</summary>
    public static bool TryParseName(string name, out ulong sequence, out ulong firstIndex)
    {
        const int digits = 16;
        sequence = 0;
        firstIndex = 0;
        return name.Length == digits + 1 + digits + Suffix.Length
            && name[digits] == '-'
            && name.EndsWith(Suffix, StringComparison.Ordinal)
            && TryParseHex(name.AsSpan(0, digits), out sequence)
            && TryParseHex(name.AsSpan(digits + 1, digits), out firstIndex);
    }

    private static bool TryParseHex(ReadOnlySpan<char> digits, out ulong value) =>
        ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
