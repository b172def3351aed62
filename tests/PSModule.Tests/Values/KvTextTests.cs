// Text and bytes, both ways without loss.

using System.Text;
using Kv.PowerShell.Values;

namespace PSModule.Tests.Values;

public sealed class KvTextTests
{
    [Fact]
    public void Any_bytes_come_back()
    {
        // Half random bytes, half damaged UTF-8: the second meets the edges of the decoder more often.
        var random = new Random(20_251_123);
        for (var i = 0; i < 5_000; i++)
        {
            var bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
            {
                bytes = [.. Encoding.UTF8.GetBytes("aé€😀").Skip(random.Next(4)).Take(random.Next(12)), .. bytes.Take(2), .. "ß€"u8];
            }

            Assert.Equal(bytes, KvText.Encode(KvText.Decode(bytes)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("grüße € 😀")]
    [InlineData("\uFEFFmark")]
    public void Text_is_utf8(string text)
    {
        Assert.Equal(Encoding.UTF8.GetBytes(text), KvText.Encode(text));
        Assert.Equal(text, KvText.Decode(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xE0, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98 })]
    public void Forms_that_look_like_utf8_are_escaped_byte_by_byte(byte[] bytes)
    {
        Assert.Equal(string.Concat(bytes.Select(static b => b < 0x80 ? (char)b : (char)(0xDC00 + b))), KvText.Decode(bytes));
        Assert.Equal(bytes, KvText.Encode(KvText.Decode(bytes)));
    }
}
