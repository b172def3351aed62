// One sequence against a fresh pair, from the first step to the first difference.
using Differential.Equality;
using Differential.Model;
using Differential.Play;

namespace Differential.Shrink;

/// <summary>How a sequence went.</summary>
/// <param name="Played">Steps played, the last one included.</param>
/// <param name="Difference">What differed in or after the last step; null if nothing did.</param>
/// <param name="Met">Accepted differences met.</param>
internal sealed record RunResult(
    int Played, string? Difference, IReadOnlyDictionary<AcceptedDifference, int> Met)
{
    /// <summary>Plays steps to a new pair of servers.</summary>
    public static async Task<RunResult> OfAsync(IEnumerable<Step> steps, Func<Task<Pair>>? start = null)
    {
        await using var pair = await (start ?? Pair.StartAsync)();
        var player = new Player(pair);
        var played = 0;
        foreach (var step in steps)
        {
            played++;
            if (await player.PlayAsync(step) is { } difference)
            {
                return new RunResult(played, difference, player.Met);
            }
        }

        return new RunResult(played, await player.EndAsync(), player.Met);
    }
}
