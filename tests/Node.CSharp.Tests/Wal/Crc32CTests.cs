// The checksum against its published vector, and its chaining.
using Kv.Node.Wal;
using Xunit;

namespace Kv.Node.Tests.Wal;

public sealed class Crc32CTests
{
    [Fact]
    public void GivesTheStandardValue()
    {
        Assert.Equal(0xE3069283u, Crc32C.Append(0, "123456789"u8));
        Assert.Equal(0x40A4756Du, Crc32C.Append(0, "key"u8));
        Assert.Equal(0u, Crc32C.Append(0, []));
    }

    [Fact]
    public void PartsGiveTheChecksumOfTheWhole()
    {
        var bytes = "a longer run of bytes, to be cut anywhere"u8;
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(Crc32C.Append(0, bytes), Crc32C.Append(Crc32C.Append(0, bytes[..cut]), bytes[cut..]));
        }

        Assert.Equal(Crc32C.Append(7, [1, 0, 0, 0, 0, 0, 0, 2]), Crc32C.Append(7, 0x0200000000000001UL));
    }
}
