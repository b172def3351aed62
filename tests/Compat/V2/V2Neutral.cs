// Takes out of a v2 body what two servers cannot have in common: clock readings, and the order in
// which etcd lists a directory that nobody asked to be sorted.
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Compat.V2;

/// <summary>Makes bodies comparable.</summary>
internal static class V2Neutral
{
    /// <summary>The body with its fields in the order they came, and the times found in it (seconds left,
    /// and seconds since 1970) beside it.</summary>
    public static (string Text, List<double> Times) Of(string body)
    {
        var times = new List<double>();
        if (!body.StartsWith('{'))
        {
            return (body, times);
        }

        var text = new StringBuilder();
        using (var document = JsonDocument.Parse(body))
        {
            Write(document.RootElement, text, times);
        }

        return (text.Append(body.EndsWith('\n') ? "\n" : "").ToString(), times);
    }

    /// <summary>True if the times differ by what two clocks and two requests may differ.</summary>
    public static bool AreClose(List<double> ours, List<double> theirs) =>
        ours.Count == theirs.Count && ours.Zip(theirs).All(pair => Math.Abs(pair.First - pair.Second) <= 30);

    private static void Write(JsonElement value, StringBuilder text, List<double> times)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            text.Append('[');
            foreach (var node in value.EnumerateArray().OrderBy(KeyOf, StringComparer.Ordinal))
            {
                Write(node, text, times);
            }

            text.Append(']');
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            text.Append('{');
            foreach (var field in value.EnumerateObject())
            {
                text.Append(field.Name).Append(':');
                WriteField(field, text, times);
                text.Append(',');
            }

            text.Append('}');
        }
        else
        {
            text.Append(value.GetRawText());
        }
    }

    private static void WriteField(JsonProperty field, StringBuilder text, List<double> times)
    {
        switch (field.Name)
        {
            case "ttl":
                times.Add(field.Value.GetInt64());
                text.Append("TTL");
                break;
            case "expiration":
                var time = DateTimeOffset.Parse(field.Value.GetString()!, CultureInfo.InvariantCulture);
                times.Add((time - DateTimeOffset.UnixEpoch).TotalSeconds);
                text.Append("TIME");
                break;
            default:
                Write(field.Value, text, times);
                break;
        }
    }

    private static string KeyOf(JsonElement node) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty("key", out var key) ? key.GetString()! : "";
}
