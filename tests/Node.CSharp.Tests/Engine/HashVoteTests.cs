using Kv.Node.Engine;
using Xunit;

namespace Kv.Node.Tests.Engine;

/// <summary>Who is wrong when hashes differ.</summary>
public sealed class HashVoteTests
{
    [Theory]
    [InlineData("a", 1, "")]
    [InlineData("aaa", 3, "")]
    [InlineData("aab", 3, "3")]
    [InlineData("baa", 3, "1")]
    [InlineData("ab", 2, "1,2")]
    [InlineData("ab", 3, "1,2")]
    [InlineData("abc", 3, "1,2,3")]
    [InlineData("aabc", 5, "1,2,3,4")]
    [InlineData("aaabc", 5, "4,5")]
    [InlineData("aaa", 5, "")]
    public void The_majority_of_all_members_is_right(string hashes, int members, string damaged) => Assert.Equal(
        damaged,
        string.Join(',', HashVote.Damaged([.. hashes.Select((hash, i) => ((ulong)i + 1, (uint)hash))], members)));
}
