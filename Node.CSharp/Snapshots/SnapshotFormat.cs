// Sizes and names of snapshot files; docs/wal-format.md describes them with the log. The same bytes
// travel between members.
using System.Globalization;

namespace Kv.Node.Snapshots;

/// <summary>Constants of the snapshot format.</summary>
internal static class SnapshotFormat
{
    /// <summary>Version behind the magic; a reader refuses any other.</summary>
    public const uint Version = 1;

    /// <summary>Bytes of magic, version and four zeros.</summary>
    public const int PreambleBytes = 16;

    /// <summary>Bytes before the payload of a frame: checksum, length, kind.</summary>
    public const int FrameHeadBytes = 12;

    /// <summary>Longest payload; a longer one is damage, and never allocated. Blocks are about 64 KiB,
    /// or one row where that is larger, and a row is bounded by the request that wrote it.</summary>
    public const int PayloadBytesMax = 64 << 20;

    /// <summary>Suffix of snapshot files.</summary>
    public const string Suffix = ".snap";

    /// <summary>Suffix of files that are being written.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Suffix a damaged snapshot gets when an older one took its place.</summary>
    public const string DamagedSuffix = ".damaged";

    /// <summary>The first bytes of every snapshot.</summary>
    public static ReadOnlySpan<byte> Magic => "kvsnap\r\n"u8;

    /// <summary>The file name of a snapshot.</summary>
    public static string FileName(ulong term, ulong index) => $"{term:x16}-{index:x16}{Suffix}";

    /// <summary>Takes a file name apart; false if it is not a snapshot's.</summary>
    public static bool TryParseName(string name, out ulong term, out ulong index)
    {
        const int digits = 16;
        term = 0;
        index = 0;
        return name.Length == digits + 1 + digits + Suffix.Length
            && name[digits] == '-'
            && name.EndsWith(Suffix, StringComparison.Ordinal)
            && TryParseHex(name.AsSpan(0, digits), out term)
            && TryParseHex(name.AsSpan(digits + 1, digits), out index);
    }

    private static bool TryParseHex(ReadOnlySpan<char> digits, out ulong value) =>
        ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
