// The file of Export-KvKey: one JSON object a line. The first says what it is and at which revision the
// keys were read, the last how many there are, so that a file cut short is noticed. Between them each line
// is a key: text as "key" and "value", bytes that are not UTF-8 as base64 in "keyBytes" and "valueBytes".

using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Text;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Kv.PowerShell.Values;

internal static class ExportFile
{
    private const string Format = "kv-export";
    private const int Version = 1;
    private static readonly UTF8Encoding Strict = new(false, true);

    public static string Header(long revision) => Line(w =>
    {
        Write(w, "format", Format);
        Write(w, "version", Version);
        Write(w, "revision", revision);
    });

    public static string Row(KeyValue row) => Line(w =>
    {
        WriteBytes(w, "key", row.Key);
        WriteBytes(w, "value", row.Value);
    });

    public static string Footer(long count) => Line(w => Write(w, "count", count));

    /// <summary>Reads the first line; the revision the keys were read at.</summary>
    /// <exception cref="KvValueException">The file is no export, or of a newer version.</exception>
    public static long ReadHeader(TextReader text, string path)
    {
        var header = Parse(text.ReadLine(), path, 1);
        return (string?)header["format"] == Format && (int?)header["version"] == Version
            ? (long?)header["revision"] ?? 0
            : throw Damaged(path, 1, "it is no file of Export-KvKey, or one of a newer version");
    }

    /// <summary>Reads the keys; ends by an exception unless the last line confirms their number.</summary>
    /// <exception cref="KvValueException">A line is damaged, or the file was cut short.</exception>
    public static IEnumerable<KeyValue> ReadRows(TextReader text, string path)
    {
        for (long count = 0, line = 2; ; count++, line++)
        {
            var item = Parse(text.ReadLine(), path, line);
            if (item["count"] is { } said)
            {
                if ((long)said != count || text.ReadLine() is not null)
                {
                    throw Damaged(path, line, "the number of keys is not the one it says");
                }

                yield break;
            }

            yield return new KeyValue { Key = Bytes(item, "key", path, line), Value = Bytes(item, "value", path, line) };
        }
    }

    private static JObject Parse(string? line, string path, long number)
    {
        if (line is null)
        {
            throw Damaged(path, number, "it ends too early");
        }

        try
        {
            // Text that looks like a date must stay text.
            using var reader = new JsonTextReader(new StringReader(line)) { DateParseHandling = DateParseHandling.None };
            return JObject.Load(reader);
        }
        catch (JsonException exception)
        {
            throw Damaged(path, number, exception.Message);
        }
    }

    private static byte[] Bytes(JObject item, string name, string path, long line)
    {
        try
        {
            return item[name] is { Type: JTokenType.String } text ? Strict.GetBytes((string)text!)
                : item[name + "Bytes"] is { Type: JTokenType.String } base64 ? Convert.FromBase64String((string)base64!)
                : throw Damaged(path, line, $"there is no {name}");
        }
        catch (Exception exception) when (exception is FormatException or EncoderFallbackException)
        {
            throw Damaged(path, line, exception.Message);
        }
    }

    private static KvValueException Damaged(string path, long line, string why) => new(
        KvErrorId.ExportInvalid, ErrorCategory.InvalidData, FormattableString.Invariant($"{path}, line {line}: {why}."));

    private static string Line(Action<JsonTextWriter> write)
    {
        using var text = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        using (var writer = new JsonTextWriter(text))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return text.ToString();
    }

    private static void Write(JsonTextWriter writer, string name, object value)
    {
        writer.WritePropertyName(name);
        writer.WriteValue(value);
    }

    private static void WriteBytes(JsonTextWriter writer, string name, byte[] bytes)
    {
        try
        {
            Write(writer, name, Strict.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            Write(writer, name + "Bytes", Convert.ToBase64String(bytes));
        }
    }
}
