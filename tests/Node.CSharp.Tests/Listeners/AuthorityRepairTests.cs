// Header blocks as Go's gRPC client writes them, with the endpoint's URL where a host belongs.
using System.Text;
using Kv.Node.Listeners;
using Xunit;

namespace Kv.Node.Tests.Listeners;

public sealed class AuthorityRepairTests
{
    /// <summary>":method: POST" and ":scheme: http" from the static table.</summary>
    private static readonly byte[] Before = [0x83, 0x86];

    [Theory]
    [InlineData("http://127.0.0.1:2379", "httpx--127.0.0.1:2379")]
    [InlineData("https://kv.example:2379", "httpsx--kv.example:2379")]
    [InlineData("127.0.0.1:2379", "127.0.0.1:2379")]
    public void A_plain_value_keeps_its_length_and_loses_its_scheme(string sent, string seen)
    {
        var value = Encoding.ASCII.GetBytes(sent);
        byte[] block = [.. Before, 0x41, (byte)value.Length, .. value, 0x5f, 0x01, (byte)'x'];
        AuthorityRepair.Apply(block);
        Assert.Equal(seen, Encoding.ASCII.GetString(block.AsSpan(4, value.Length)));
        Assert.Equal((byte)'x', block[^1]);
    }

    [Fact]
    public void A_Huffman_coded_value_is_rewritten_code_by_code()
    {
        // h t t p : / /  0, then ones to fill the byte; 41 bits and 5 for the zero.
        var block = Coded("100111 01001 01001 101011 1011100 011000 011000 00000");
        AuthorityRepair.Apply(block);
        Assert.Equal(Coded("100111 01001 01001 101011 1111001 010110 010110 00000"), block);
    }

    [Fact]
    public void A_Huffman_coded_https_is_rewritten_too()
    {
        var block = Coded("100111 01001 01001 101011 01000 1011100 011000 011000 00000");
        AuthorityRepair.Apply(block);
        Assert.Equal(Coded("100111 01001 01001 101011 01000 1111001 010110 010110 00000"), block);
    }

    [Fact]
    public void Any_bytes_are_survived()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var block = new byte[random.Next(0, 24)];
            random.NextBytes(block);
            var length = block.Length;
            AuthorityRepair.Apply(block);
            Assert.Equal(length, block.Length);
        }
    }

    private static byte[] Coded(string bits)
    {
        bits = bits.Replace(" ", "", StringComparison.Ordinal);
        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '1');
        var bytes = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        return [.. Before, 0x41, (byte)(0x80 | bytes.Length), .. bytes];
    }
}
