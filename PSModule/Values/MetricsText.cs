// Reads the text form of Prometheus metrics, version 0.0.4.

using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Values;

internal static class MetricsText
{
    private static readonly Regex Sample = new(
        """^(?<name>[A-Za-z_:][\w:]*)(?:\{(?<labels>.*)\})?\s+(?<value>\S+)""", RegexOptions.CultureInvariant);

    private static readonly Regex Label = new(
        """(?<name>\w+)="(?<value>(?:[^"\\]|\\.)*)",?""", RegexOptions.CultureInvariant);

    private static readonly Regex Escaped = new("""\\(.)""", RegexOptions.CultureInvariant);

    /// <summary>The samples in their order; comments, and lines that are none, are passed over.</summary>
    public static IEnumerable<KvMetric> Read(string text, string endpoint)
    {
        using var lines = new StringReader(text);
        while (lines.ReadLine() is { } line)
        {
            var match = Sample.Match(line);
            if (!match.Success || Number(match.Groups["value"].Value) is not { } value)
            {
                continue;
            }

            var labels = new Dictionary<string, string>();
            foreach (Match label in Label.Matches(match.Groups["labels"].Value))
            {
                labels[label.Groups["name"].Value] = Escaped.Replace(
                    label.Groups["value"].Value, static m => m.Groups[1].Value == "n" ? "\n" : m.Groups[1].Value);
            }

            yield return new KvMetric(endpoint, match.Groups["name"].Value, labels, value);
        }
    }

    private static double? Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
    };
}
