using Kv.Node.Diagnostics;
using Xunit;

namespace Kv.Node.Tests.Diagnostics;

/// <summary>Lines that others can bring about.</summary>
public sealed class LineBudgetTests
{
    [Fact]
    public void Some_lines_a_second_are_told_and_the_rest_are_counted()
    {
        var clock = new Clock();
        var lines = new LineBudget(2, clock);
        Assert.Equal([(true, 0), (true, 0), (false, 0), (false, 1)], Enumerable.Range(0, 4).Select(_ => Take()));
        clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal([(true, 2), (true, 0), (false, 0)], Enumerable.Range(0, 3).Select(_ => Take()));

        (bool, int) Take() => (lines.TryTake(out var untold), untold);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
