using Xunit.Abstractions;

namespace Checking.Tests;

/// <summary>Honest histories are believed, however confusing; one lie is found.</summary>
public sealed class RandomHistoryTests(ITestOutputHelper output)
{
    private static readonly Size Small = new(Operations: 400, Clients: 6, Keys: 8, Watchers: 3, Unknown: 0.05);

    [Fact]
    public void Honest_histories_are_believed()
    {
        var open = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var size = Small with { Watchers = seed % 4, Unknown = seed % 3 * 0.1, Keys = 3 + (seed % 20) };
            var report = HistoryCheck.Run(RandomHistory.Make(seed, size).History);
            Assert.True(report.IsGood, $"seed {seed}: {report}");
            open += report.OpenOperations;
        }

        Assert.True(open > 500, $"{open} operations of unknown outcome");
    }

    [Theory]
    [InlineData(Lie.StaleRead, Rules.Linearizable)]
    [InlineData(Lie.LostWrite, Rules.Linearizable)]
    [InlineData(Lie.DoubledWrite, Rules.Linearizable)]
    [InlineData(Lie.RefusedWrite, Rules.Linearizable)]
    [InlineData(Lie.WrongSerializableRead, Rules.SerializableRead)]
    [InlineData(Lie.ReadOfCompacted, Rules.CompactionFinal)]
    [InlineData(Lie.EarlyLease, Rules.LeaseNeverEarly)]
    [InlineData(Lie.LostEvent, Rules.WatchReliable)]
    [InlineData(Lie.DoubledEvent, Rules.WatchUnique)]
    [InlineData(Lie.WrongPrevious, Rules.WatchPrevKv)]
    [InlineData(Lie.EarlyProgress, Rules.WatchBookmarkable)]
    public void One_lie_is_found(Lie lie, string rule)
    {
        var (told, named) = (0, 0);
        for (var seed = 0; told < 10; seed++)
        {
            Assert.True(seed < 200, $"told only {told} times");
            var world = RandomHistory.Make(seed, Small with { Unknown = lie == Lie.EarlyLease ? 0 : 0.01 }, lie);
            if (world.Lied)
            {
                told++;
                var report = HistoryCheck.Run(world.History);
                Assert.True(report.Violations.Count > 0, $"seed {seed} was believed");
                named += report.Violations.Exists(violation => violation.Rule == rule) ? 1 : 0;
            }
        }

        // Now and then another rule speaks first.
        Assert.True(named >= 7, $"{rule} was named {named} times of {told}");
    }

    [Theory]
    [InlineData(4, 0.02)]
    [InlineData(0, 0.02)]
    public void A_long_history_is_judged_in_seconds(int watchers, double unknown)
    {
        var history = RandomHistory.Make(1, new Size(20_000, 20, 200, watchers, unknown)).History;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var report = HistoryCheck.Run(history);
        output.WriteLine($"{history.Operations.Count} operations of 20 clients, {watchers} watchers: {report} in {clock.Elapsed.TotalSeconds:f2} s");
        Assert.True(report.IsGood, $"{report}");
    }
}
