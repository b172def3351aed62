// Finds what somebody probably meant to type.
namespace Kv.Node.Options;

/// <summary>Nearest names by edit distance.</summary>
internal static class Spelling
{
    /// <summary>What is longer is no misspelt name.</summary>
    private const int LengthMax = 100;

    /// <summary>The candidate that takes the fewest edits to reach from <paramref name="name"/>, or
    /// null if even that one takes more than a third of its length.</summary>
    public static string? Closest(string name, IEnumerable<string> candidates)
    {
        if (name.Length > LengthMax)
        {
            return null;
        }

        var normal = name.ToLowerInvariant().Replace('_', '-');
        var best = candidates.MinBy(candidate => Distance(normal, candidate));
        return best is not null && Distance(normal, best) <= Math.Max(1, best.Length / 3) ? best : null;
    }

    /// <summary>Levenshtein distance: insertions, deletions and replacements of one character.</summary>
    public static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        var current = new int[right.Length + 1];
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
