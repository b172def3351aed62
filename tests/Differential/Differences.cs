// Plays the sequence of a seed; if the servers differ, shortens it and writes down what was found.
using System.Text;
using Differential.Equality;
using Differential.Generate;
using Differential.Model;
using Differential.Shrink;

namespace Differential;

/// <summary>The outcome of a seed.</summary>
/// <param name="Report">What differs, with seed and sequence; null if nothing does.</param>
/// <param name="Kinds">How many steps of each kind were played.</param>
/// <param name="Met">Accepted differences met.</param>
internal sealed record Differences(
    string? Report,
    IReadOnlyDictionary<string, int> Kinds,
    IReadOnlyDictionary<AcceptedDifference, int> Met)
{
    private const int StepsShownMax = 60;

    /// <summary>Plays so many steps of a seed.</summary>
    public static async Task<Differences> FindAsync(ulong seed, int count, TimeSpan shrinkLimit, bool hasUsers = false)
    {
        var steps = Generator.Steps(seed, count, hasUsers).ToList();
        var result = await RunResult.OfAsync(steps);
        var played = steps.Take(result.Played).ToList();
        var kinds = played.CountBy(step => step.Kind).ToDictionary();
        var report = result.Difference is null ? null : await ReportAsync(seed, played, result.Difference, shrinkLimit);
        return new Differences(report, kinds, result.Met);
    }

    private static async Task<string> ReportAsync(
        ulong seed, List<Step> played, string difference, TimeSpan shrinkLimit)
    {
        var text = new StringBuilder($"seed {seed}, step {played.Count}: kvnode and etcd differ\n");
        text.Append("  ").AppendLine(Describe.Step(played[^1])).AppendLine(difference);
        var shrinker = new Shrinker(shrinkLimit);
        var steps = await shrinker.ShrinkAsync(played);
        text.AppendLine(
            shrinker.Difference is null
                ? "it did not show when the steps were played again; the last ones were"
                : $"shortened to {steps.Count} steps");
        foreach (var step in steps.TakeLast(StepsShownMax))
        {
            text.Append("  ").AppendLine(Describe.Step(step));
        }

        return text.AppendLine(shrinker.Difference).ToString();
    }
}
