// The one serializer of the module: defaults are left out, null is left out, 64-bit integers are
// text, bytes are base64.

using System;
using System.IO;
using System.Text;
using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal static class GatewayJson
{
    private static readonly UTF8Encoding Utf8 = new(false);
    private static readonly JsonSerializer Serializer = CreateSerializer();

    public static byte[] Write(object body)
    {
        using var bytes = new MemoryStream(256);
        using (var writer = new JsonTextWriter(new StreamWriter(bytes, Utf8, 1024, leaveOpen: true)))
        {
            Serializer.Serialize(writer, body);
        }

        return bytes.ToArray();
    }

    /// <exception cref="JsonException">The text is not the JSON of a <typeparamref name="T"/>.</exception>
    public static T Read<T>(TextReader text)
        where T : class
    {
        using var reader = new JsonTextReader(text) { DateParseHandling = DateParseHandling.None, CloseInput = false };
        try
        {
            return Serializer.Deserialize<T>(reader) ?? throw new JsonSerializationException("The answer is empty.");
        }
        catch (FormatException exception)
        {
            throw new JsonSerializationException(exception.Message, exception);
        }
    }

    private static JsonSerializer CreateSerializer()
    {
        var serializer = new JsonSerializer
        {
            NullValueHandling = NullValueHandling.Ignore,
            DefaultValueHandling = DefaultValueHandling.Ignore,
            MissingMemberHandling = MissingMemberHandling.Ignore,
        };
        serializer.Converters.Add(new Int64TextConverter());
        return serializer;
    }
}
