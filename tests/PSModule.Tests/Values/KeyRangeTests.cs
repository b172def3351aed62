// Selections as intervals of bytes.

using System.Text;
using Kv.PowerShell.Client;
using Kv.PowerShell.Values;

namespace PSModule.Tests.Values;

public sealed class KeyRangeTests
{
    [Theory]
    [InlineData("61", "61", "62")]
    [InlineData("", "00", "00")]
    [InlineData("61FF", "61FF", "62")]
    [InlineData("FFFF", "FFFF", "00")]
    public void A_prefix_ends_before_the_first_key_without_it(string prefix, string start, string end)
    {
        var range = KeyRange.Prefix(KvText.Decode(Convert.FromHexString(prefix)));
        Assert.Equal(start, Convert.ToHexString(range.Start));
        Assert.Equal(end, Convert.ToHexString(range.End!));
    }

    [Theory]
    [InlineData("a/b", "a/b", true, false)]
    [InlineData("a`*b", "a*b", true, false)]
    [InlineData("a/*", "a/", false, false)]
    [InlineData("a/*b", "a/", false, true)]
    [InlineData("a?", "a", false, true)]
    [InlineData("a``b[cd]", "a`b", false, true)]
    public void A_pattern_asks_for_what_comes_before_its_first_wildcard(string pattern, string start, bool isSingle, bool isFiltered)
    {
        var range = KeyRange.Pattern(pattern);
        Assert.Equal(start, Encoding.UTF8.GetString(range.Start));
        Assert.Equal(isSingle, range.IsSingle);
        Assert.Equal(isFiltered, range.Filter is not null);
    }

    [Fact]
    public void Patterns_mind_case()
    {
        var filter = KeyRange.Pattern("k?Y").Filter!;
        Assert.True(filter.IsMatch("keY"));
        Assert.False(filter.IsMatch("key"));
    }

    [Fact]
    public void An_open_interval_has_no_end()
    {
        Assert.Equal([0], KeyRange.Interval("a", null).End!);
        Assert.Equal([0], KeyRange.Interval(null, "b").Start);
    }
}
