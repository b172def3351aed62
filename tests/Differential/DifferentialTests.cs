// kvnode beside etcd 3.5: whatever is asked, they answer the same.
using System.Security.Cryptography;
using Xunit;

namespace Differential;

/// <summary>A seed that stays, for what was found once, and a new one each time.</summary>
public sealed class DifferentialTests
{
    private const int Requests = 3000;
    private static readonly TimeSpan ShrinkLimit = TimeSpan.FromSeconds(90);

    [Fact]
    public Task The_fixed_seed_is_answered_alike() => AnswersAreEqual(1);

    [Fact]
    public Task A_fresh_seed_is_answered_alike() =>
        AnswersAreEqual((ulong)RandomNumberGenerator.GetInt32(int.MaxValue));

    [Fact]
    public Task Several_users_are_answered_alike() =>
        AnswersAreEqual((ulong)RandomNumberGenerator.GetInt32(int.MaxValue), hasUsers: true);

    private static async Task AnswersAreEqual(ulong seed, bool hasUsers = false)
    {
        var found = await Differences.FindAsync(seed, Requests, ShrinkLimit, hasUsers);
        Assert.True(found.Report is null, found.Report);
        Assert.Equal(Requests, found.Kinds.Values.Sum());
    }
}
