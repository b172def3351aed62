// null where a text should be: Go leaves the text as it was, which is empty.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kv.Node.V2.Auth;

/// <summary>Reads texts as Go does.</summary>
internal sealed class GoTextConverter : JsonConverter<string>
{
    public override bool HandleNull => true;

    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() ?? "";

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);
}
