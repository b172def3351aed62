// Parsers of flag values. Each throws FormatException whose message says what was expected; the
// caller adds which setting it was.
using System.Globalization;

namespace Kv.Node.Options;

/// <summary>Parsers and printer of single flag values.</summary>
internal static class FlagValue
{
    /// <summary>A whole decimal number within the limits, both included.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static long Integer(string text, long min, long max) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max
            ? number
            : throw new FormatException(max == long.MaxValue
                ? min == long.MinValue ? "expected a whole number" : $"expected a whole number from {min} up"
                : $"expected a whole number from {min} to {max}");

    /// <summary>A time in whole milliseconds, at least one.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static TimeSpan Milliseconds(string text) =>
        TimeSpan.FromMilliseconds(Integer(text, 1, int.MaxValue));

    /// <summary>What Go's flag package takes for a boolean.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static bool Boolean(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new FormatException("expected true or false"),
    };

    /// <summary>One of a few words.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static string Choice(string text, params string[] allowed) =>
        Array.IndexOf(allowed, text) >= 0
            ? text
            : throw new FormatException("expected " + string.Join(", ", allowed[..^1]) + " or " + allowed[^1]);

    /// <summary>Texts separated by commas; blanks around them and empty ones are dropped.</summary>
    public static IReadOnlyList<string> List(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A URL of http or https.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static string HttpUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0
            ? text
            : throw new FormatException("expected a URL such as http://10.0.0.1:2379/v2/keys/_etcd/registry/token");

    /// <summary>A text that is not empty.</summary>
    /// <exception cref="FormatException">It is.</exception>
    public static string NonEmpty(string text) =>
        text.Length > 0 ? text : throw new FormatException("expected a value that is not empty");

    /// <summary>A value as it is shown to people.</summary>
    public static string Show(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => (string)value,
    };
}
