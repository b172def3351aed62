// Durations as etcd's flags and files write them: Go's notation, such as 1h30m or 250ms.
using System.Buffers;
using System.Globalization;

namespace Kv.Node.Options;

/// <summary>Go's notation of durations.</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> NumberChars = SearchValues.Create("0123456789.");

    // Keeps the arithmetic inside what a decimal holds.
    private const int NumberCharsMax = 17;

    private const string Expected = "expected a duration such as 300ms, 10s or 1h30m";

    /// <summary>One or more decimal numbers, each with a unit (h, m, s, ms, us, ns), with an optional
    /// sign; a bare 0 too. Resolution is 100 ns.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static TimeSpan Parse(string text)
    {
        var rest = text.AsSpan();
        var isNegative = rest.StartsWith("-");
        if (isNegative || rest.StartsWith("+"))
        {
            rest = rest[1..];
        }

        if (rest.SequenceEqual("0"))
        {
            return TimeSpan.Zero;
        }

        var ticks = 0m;
        do
        {
            ticks += TakePart(ref rest);
            if (ticks > long.MaxValue)
            {
                throw new FormatException(Expected);
            }
        }
        while (!rest.IsEmpty);

        return TimeSpan.FromTicks((long)(isNegative ? -ticks : ticks));
    }

    /// <summary>The shortest text that is read back as this duration; finer than a millisecond is cut.</summary>
    public static string Show(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
        {
            return "-" + Show(-duration);
        }

        var hours = duration.Ticks / TimeSpan.TicksPerHour;
        var parts = new[] { (hours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s"), (duration.Milliseconds, "ms") };
        var text = string.Concat(parts.Where(part => part.Item1 != 0).Select(part => FormattableString.Invariant($"{part.Item1}{part.Item2}")));
        return text.Length > 0 ? text : "0s";
    }

    private static decimal TakePart(ref ReadOnlySpan<char> rest)
    {
        var numberLength = rest.IndexOfAnyExcept(NumberChars);
        if (numberLength <= 0
            || numberLength > NumberCharsMax
            || !decimal.TryParse(
                rest[..numberLength], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            throw new FormatException(Expected);
        }

        rest = rest[numberLength..];
        var unitLength = rest.IndexOfAny(NumberChars);
        var unit = unitLength < 0 ? rest : rest[..unitLength];
        rest = rest[unit.Length..];
        return number * TicksPer(unit);
    }

    private static decimal TicksPer(ReadOnlySpan<char> unit) => unit switch
    {
        "h" => TimeSpan.TicksPerHour,
        "m" => TimeSpan.TicksPerMinute,
        "s" => TimeSpan.TicksPerSecond,
        "ms" => TimeSpan.TicksPerMillisecond,
        "us" or "µs" or "μs" => TimeSpan.TicksPerMicrosecond,
        "ns" => 0.01m,
        _ => throw new FormatException(Expected),
    };
}
