// 64-bit integers cross the gateway as decimal strings, because JSON numbers lose digits past 2^53
// in many readers. Reading takes both forms.

using System;
using System.Globalization;
using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class Int64TextConverter : JsonConverter
{
    public override bool CanConvert(Type objectType) =>
        objectType == typeof(long) || objectType == typeof(ulong) || objectType == typeof(long?);

    public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer) =>
        writer.WriteValue(Convert.ToString(value, CultureInfo.InvariantCulture));

    public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer)
    {
        if (reader.TokenType == JsonToken.Null)
        {
            return objectType == typeof(long?) ? null : Zero(objectType);
        }

        if (reader.TokenType is not (JsonToken.Integer or JsonToken.String))
        {
            throw new JsonSerializationException($"A 64-bit integer was expected at {reader.Path}.");
        }

        var text = Convert.ToString(reader.Value, CultureInfo.InvariantCulture);
        if (objectType == typeof(ulong))
        {
            return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? id
                : throw new JsonSerializationException($"'{text}' at {reader.Path} is not an unsigned 64-bit integer.");
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new JsonSerializationException($"'{text}' at {reader.Path} is not a 64-bit integer.");
    }

    private static object Zero(Type type) => type == typeof(ulong) ? 0UL : 0L;
}
