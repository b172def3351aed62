// JSON text to PowerShell objects and back: objects with note properties, arrays, and plain values,
// as ConvertFrom-Json and ConvertTo-Json (which not every host has) would give.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Management.Automation;
using System.Numerics;
using Kv.PowerShell.Errors;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Kv.PowerShell.Values;

internal static class JsonObjects
{
    private const int ReadDepth = 256;

    /// <summary>The value this JSON text describes. Dates stay strings.</summary>
    /// <exception cref="JsonException">The text is not one JSON value.</exception>
    public static object? Parse(string text)
    {
        using var reader = new JsonTextReader(new StringReader(text))
        {
            DateParseHandling = DateParseHandling.None,
            MaxDepth = ReadDepth,
        };
        var token = JToken.ReadFrom(reader);
        while (reader.Read())
        {
            if (reader.TokenType != JsonToken.Comment)
            {
                throw new JsonReaderException("There is text after the end of the JSON value.");
            }
        }

        return ToObject(token);
    }

    /// <summary>Compact JSON of a value, at most <paramref name="depth"/> levels deep.</summary>
    /// <exception cref="KvValueException">It is nested deeper.</exception>
    public static string Format(object? value, int depth) => ToToken(value, depth).ToString(Formatting.None);

    private static object? ToObject(JToken token)
    {
        switch (token)
        {
            case JObject source:
                var result = new PSObject();
                foreach (var property in source.Properties())
                {
                    result.Properties.Add(new PSNoteProperty(property.Name, ToObject(property.Value)));
                }

                return result;
            case JArray items:
                var list = new List<object?>(items.Count);
                foreach (var item in items)
                {
                    list.Add(ToObject(item));
                }

                return list.ToArray();
            default:
                return ((JValue)token).Value;
        }
    }

    private static JToken ToToken(object? value, int depth)
    {
        if (value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject)
        {
            value = wrapped.BaseObject;
        }

        return (JToken?)Plain(value) ?? Structured(value!, depth);
    }

    private static JValue? Plain(object? value) => value switch
    {
        null => JValue.CreateNull(),
        string text => new JValue(text),
        char c => new JValue(c.ToString()),
        bool flag => new JValue(flag),
        SwitchParameter flag => new JValue(flag.IsPresent),
        Enum member => new JValue(member.ToString()),
        byte or sbyte or short or ushort or int or uint or long =>
            new JValue(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        ulong number => new JValue(number),
        BigInteger number => new JValue(number),
        float number => new JValue(number),
        double number => new JValue(number),
        decimal number => new JValue(number),
        DateTime time => new JValue(time.ToString("o", CultureInfo.InvariantCulture)),
        DateTimeOffset time => new JValue(time.ToString("o", CultureInfo.InvariantCulture)),
        TimeSpan or Guid or Uri or Version => new JValue(value.ToString()),
        byte[] bytes => new JValue(Convert.ToBase64String(bytes)),
        _ => null,
    };

    private static JContainer Structured(object value, int depth)
    {
        if (depth <= 0)
        {
            throw new KvValueException(
                KvErrorId.ValueTooDeep, ErrorCategory.LimitsExceeded, "The value is nested deeper than -Depth allows.");
        }

        switch (value)
        {
            case IDictionary entries:
                var result = new JObject();
                foreach (DictionaryEntry entry in entries)
                {
                    result[LanguagePrimitives.ConvertTo<string>(entry.Key)] = ToToken(entry.Value, depth - 1);
                }

                return result;
            case IEnumerable items:
                var list = new JArray();
                foreach (var item in items)
                {
                    list.Add(ToToken(item, depth - 1));
                }

                return list;
            default:
                return Properties(PSObject.AsPSObject(value), depth);
        }
    }

    private static JObject Properties(PSObject value, int depth)
    {
        var result = new JObject();
        foreach (var property in value.Properties)
        {
            if (property.IsGettable)
            {
                result[property.Name] = ToToken(property.Value, depth - 1);
            }
        }

        return result;
    }
}
