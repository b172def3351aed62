// One JSON object a line, with the keys zap gives etcd's log, so that the same collectors read it.
using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kv.Node.Diagnostics;

/// <summary>The form for machines.</summary>
internal sealed class JsonLogFormat : LogFormat
{
    private const string TemplateField = "{OriginalFormat}";

    private static readonly string[] OwnKeys = ["level", "ts", "logger", "event", "msg", "error", "stacktrace"];

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <inheritdoc/>
    public override void Write(in LogLine line, IBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("level", LogLevels.NameOf(line.Level));
            json.WriteString("ts", line.Time.ToString(TimeFormat, CultureInfo.InvariantCulture));
            json.WriteString("logger", line.Area);
            json.WriteNumber("event", line.Event);
            json.WriteString("msg", line.Text);
            foreach (var (name, value) in line.Fields)
            {
                if (name != TemplateField)
                {
                    WriteField(json, KeyOf(name), value);
                }
            }

            if (line.Error is { } error)
            {
                json.WriteString("error", error.Message);
                json.WriteString("stacktrace", error.ToString());
            }

            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    // Parameter names are ours, but a library may call one "Level".
    private static string KeyOf(string parameter)
    {
        var key = JsonNamingPolicy.CamelCase.ConvertName(parameter);
        return Array.IndexOf(OwnKeys, key) < 0 ? key : key + "_";
    }

    private static void WriteField(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case ulong number:
                json.WriteNumber(name, number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            default:
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
