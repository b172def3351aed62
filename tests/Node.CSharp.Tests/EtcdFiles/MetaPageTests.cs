using Kv.Node.EtcdFile;
using Xunit;

namespace Kv.Node.Tests.EtcdFiles;

/// <summary>snapshot-format §1.2, with its test vector.</summary>
public sealed class MetaPageTests
{
    private const string Vector =
        "01000000000000000400000000000000"
        + "edda0ced02000000001000000000000004000000000000000000000000000000"
        + "020000000000000005000000000000000100000000000000a9fed5d3ab09031b";

    private static readonly MetaPage Meta = new(4096, Root: 4, Freelist: 2, PageCount: 5, Transaction: 1);

    [Fact]
    public void A_page_is_written_as_etcd_takes_it()
    {
        var page = new byte[MetaPage.Bytes];
        Meta.Write(1, page);
        Assert.Equal(Vector, Convert.ToHexStringLower(page));
    }

    [Fact]
    public void Any_changed_bit_of_the_body_makes_it_invalid()
    {
        var page = Convert.FromHexString(Vector);
        Assert.True(MetaPage.TryRead(page, out var read));
        Assert.Equal(Meta, read);
        for (var bit = 16 * 8; bit < MetaPage.Bytes * 8; bit++)
        {
            page[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(MetaPage.TryRead(page, out _));
            page[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.False(MetaPage.TryRead(page.AsSpan(0, 79), out _));
    }
}
