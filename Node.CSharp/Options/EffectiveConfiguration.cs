// The settings in force as one JSON line, for the log at start. Secrets are masked here and nowhere
// else, by the flag table.
using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kv.Node.Options;

/// <summary>Prints the settings in force.</summary>
internal static class EffectiveConfiguration
{
    private const string Mask = "***";

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>One JSON object on one line; keys are flag names.</summary>
    public static string Describe(NodeOptions options) => Describe(options, FlagTable.Rows);

    /// <summary>One JSON object on one line with these rows.</summary>
    internal static string Describe(NodeOptions options, IEnumerable<OptionFlag> rows)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            foreach (var row in rows.Where(row => row.Kind is not (FlagKind.Control or FlagKind.Legacy) && row.NoEffect is null))
            {
                WriteValue(json, row, row.Read(options));
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteValue(Utf8JsonWriter json, OptionFlag row, object value)
    {
        switch (value)
        {
            case "":
                json.WriteString(row.Name, "");
                break;
            case var _ when row.IsSecret:
                json.WriteString(row.Name, Mask);
                break;
            case bool flag:
                json.WriteBoolean(row.Name, flag);
                break;
            case long number:
                json.WriteNumber(row.Name, number);
                break;
            default:
                json.WriteString(row.Name, FlagValue.Show(value));
                break;
        }
    }
}
