// A finding, and what tells it from others: the kind of failure and where it came from, not the input.
using System.Text.RegularExpressions;

namespace Fuzz;

/// <summary>An input that makes a parser do what it must not.</summary>
/// <param name="Key">Equal for findings that are one mistake.</param>
/// <param name="Input">The input.</param>
/// <param name="Text">What happened.</param>
internal sealed partial record Finding(string Key, byte[] Input, string Text)
{
    /// <summary>The finding of an exception.</summary>
    public static Finding Of(byte[] input, Exception problem)
    {
        var frame = (problem.StackTrace ?? "").Split('\n')
            .FirstOrDefault(line => line.Contains(" Kv.", StringComparison.Ordinal))?.Trim() ?? "";
        return new Finding($"{problem.GetType().Name} {Shape(problem.Message)} {Line().Replace(frame, "")}", input, problem.ToString());
    }

    /// <summary>A message without what is peculiar to one input.</summary>
    public static string Shape(string message) => Peculiar().Replace(message, "#");

    [GeneratedRegex("\"[^\"]*\"|'[^']*'|[0-9A-Fa-f]*[0-9][0-9A-Fa-f]*")]
    private static partial Regex Peculiar();

    [GeneratedRegex(" in .*$")]
    private static partial Regex Line();
}
