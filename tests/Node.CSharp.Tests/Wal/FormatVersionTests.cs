// A file of a later format is refused by its version, however whole it is.
using System.Buffers.Binary;
using Kv.Node.Wal;
using Xunit;

namespace Kv.Node.Tests.Wal;

/// <summary>The version in the header of a segment.</summary>
public sealed class FormatVersionTests
{
    [Fact]
    public void A_segment_of_a_later_version_is_told_apart_from_a_damaged_one()
    {
        var header = new byte[WalFormat.HeaderBytes];
        new SegmentHeader(new WalIdentity(1, 2), 1, 1, 0, 128, 8192).Write(header);
        Assert.NotNull(SegmentHeader.Read(header, out _, out _));

        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), WalFormat.Version + 1);
        Assert.Null(SegmentHeader.Read(header, out _, out var reason));
        Assert.Equal("the segment header is damaged", reason);

        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(60), Crc32C.Append(0, header.AsSpan(0, 60)));
        Assert.Null(SegmentHeader.Read(header, out _, out reason));
        Assert.Equal("format version 2 is not known to this release", reason);
    }
}
