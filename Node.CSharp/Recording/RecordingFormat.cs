// The files of a recording. A recording is a sequence of segments, numbered without gaps as long as none was
// removed; each can be read alone. A segment is a magic number and blocks, each written at once:
//
//   block    length of the payload (4 bytes), CRC-32C of length and payload (4), payload; little-endian
//   payload  records, each with its length in front (a varint)
//   record   its kind (1 byte), then what the kind needs: varints, and bytes to the end
//
// The first record is `Segment`, the second a `Checkpoint` or a `Note`. Nothing is ever synced: a crash of the
// process costs what was not written yet, one of the machine may cost more, and neither costs data.
using System.Globalization;

namespace Kv.Node.Recording;

/// <summary>Names and numbers of the format.</summary>
internal static class RecordingFormat
{
    /// <summary>Bytes in front of a block's payload.</summary>
    public const int BlockHeaderBytes = 8;

    private const string Extension = ".rec";

    /// <summary>"KVRECRD" and the version of the format.</summary>
    public static ReadOnlySpan<byte> Magic => "KVRECRD\x01"u8;

    /// <summary>The name of a segment.</summary>
    public static string NameOf(ulong sequence) => sequence.ToString("x16", CultureInfo.InvariantCulture) + Extension;

    /// <summary>The number of a segment; false if this is no name of one.</summary>
    public static bool TryParseName(string name, out ulong sequence)
    {
        sequence = 0;
        return name.Length == 16 + Extension.Length
            && name.EndsWith(Extension, StringComparison.Ordinal)
            && ulong.TryParse(name.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out sequence);
    }
}
