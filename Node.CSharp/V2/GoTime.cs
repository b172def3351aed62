// Times and durations as Go prints them in JSON and in text.
using System.Globalization;
using System.Text;

namespace Kv.Node.V2;

/// <summary>Go's text forms.</summary>
internal static class GoTime
{
    /// <summary>RFC 3339 in UTC, with as many digits of the second as it has.</summary>
    /// <param name="ns">Nanoseconds since 1970.</param>
    public static string Instant(long ns)
    {
        var seconds = Math.DivRem(ns, 1_000_000_000, out var rest);
        if (rest < 0)
        {
            (seconds, rest) = (seconds - 1, rest + 1_000_000_000);
        }

        var whole = DateTime.UnixEpoch.AddSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{whole}{Fraction(rest)}Z");
    }

    /// <summary>A duration: <c>1h2m3.5s</c>, or <c>12.5ms</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        if (duration > TimeSpan.Zero && duration < TimeSpan.FromSeconds(1))
        {
            return duration < TimeSpan.FromMilliseconds(1)
                ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMicroseconds}µs")
                : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds}ms");
        }

        var text = new StringBuilder();
        if (duration.TotalHours >= 1)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(long)duration.TotalHours}h");
        }

        if (duration.TotalMinutes >= 1)
        {
            text.Append(CultureInfo.InvariantCulture, $"{duration.Minutes}m");
        }

        return text
            .Append(CultureInfo.InvariantCulture, $"{duration.Seconds}{Fraction(duration.Ticks % TimeSpan.TicksPerSecond * 100)}s")
            .ToString();
    }

    private static string Fraction(long ns) =>
        ns == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $".{ns:D9}").TrimEnd('0');
}
