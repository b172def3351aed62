// Whether two answers are the same, once what is different by nature or by intent is taken out.
using Differential.Model;
using Differential.Play;

namespace Differential.Equality;

/// <summary>Compares answers.</summary>
internal sealed class Comparer(Pair pair)
{
    /// <summary>How often each accepted difference that covers whole answers was met.</summary>
    public Dictionary<AcceptedDifference, int> Met { get; } = [];

    /// <summary>What differs between two answers to a step; null if nothing does.</summary>
    public string? Difference(Step step, Answer ours, Answer theirs)
    {
        Neutralise(ours, pair.Ours);
        Neutralise(theirs, pair.Theirs);
        if (ours == theirs)
        {
            return null;
        }

        foreach (var accepted in AcceptedDifferences.All)
        {
            if (accepted.Covers?.Invoke(step, ours, theirs) == true)
            {
                Met[accepted] = Met.GetValueOrDefault(accepted) + 1;
                return null;
            }
        }

        return $"  {pair.Ours.Name}: {ours}\n  {pair.Theirs.Name}:   {theirs}";
    }

    private static void Neutralise(Answer answer, Side side)
    {
        if (answer.Message is null)
        {
            return;
        }

        Neutral.Apply(answer.Message, side);
        foreach (var accepted in AcceptedDifferences.All)
        {
            accepted.Clear?.Invoke(answer.Message);
        }
    }
}
