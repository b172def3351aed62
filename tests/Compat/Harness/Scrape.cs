using System.Globalization;

namespace Compat.Harness;

/// <summary>The metrics of one member at one moment.</summary>
internal sealed class Scrape
{
    private readonly Dictionary<string, string> _types = [];
    private readonly Dictionary<string, double> _samples = [];

    private Scrape()
    {
    }

    /// <summary>Reads /metrics.</summary>
    public static async Task<Scrape> OfAsync(HttpClient http, string url)
    {
        var scrape = new Scrape();
        foreach (var line in (await http.GetStringAsync($"{url}/metrics")).Split('\n'))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var words = line.Split(' ');
                scrape._types.Add(words[2], words[3]);
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                var split = line.LastIndexOf(' ');
                scrape._samples.Add(line[..split], double.Parse(line[(split + 1)..], CultureInfo.InvariantCulture));
            }
        }

        return scrape;
    }

    /// <summary>Type of a metric, or null if there is none of that name.</summary>
    public string? TypeOf(string name) => _types.GetValueOrDefault(name);

    /// <summary>There is at least one value of the metric.</summary>
    public bool HasValue(string name) => Values(name).Any();

    /// <summary>The one value of exactly this name and labels; 0 if there is none.</summary>
    public double this[string sample] => _samples.GetValueOrDefault(sample);

    /// <summary>The sum over all labels.</summary>
    public double Sum(string name, string label = "") => Values(name)
        .Where(sample => sample.Key.Contains(label, StringComparison.Ordinal))
        .Sum(sample => sample.Value);

    /// <summary>Upper bounds of a histogram's buckets, in order, without the infinite one.</summary>
    public double[] Bounds(string name) =>
    [
        .. _samples.Keys
            .Where(key => key.StartsWith(name + "_bucket{", StringComparison.Ordinal))
            .Select(key => key.Split("le=\"")[1].Split('"')[0])
            .Where(bound => bound != "+Inf")
            .Select(bound => double.Parse(bound, CultureInfo.InvariantCulture))
            .Distinct()
            .Order(),
    ];

    private IEnumerable<KeyValuePair<string, double>> Values(string name) => _samples.Where(sample =>
        sample.Key == name
        || sample.Key.StartsWith(name + "{", StringComparison.Ordinal)
        || (TypeOf(name) == "histogram" && sample.Key.StartsWith(name + "_count", StringComparison.Ordinal)));
}
