// Protobuf messages as etcd's JSON: names as in the proto, defaults left out, 64-bit integers as
// strings, bytes in base64, enums by name (etcd-facts §1.2).
using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Kv.Node.Json;

/// <summary>Writes messages as JSON.</summary>
internal static class ProtoJsonWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>A writer with the gateway's settings.</summary>
    public static Utf8JsonWriter Create(IBufferWriter<byte> output) => new(output, Options);

    /// <summary>Writes one message as an object.</summary>
    public static void Write(Utf8JsonWriter json, IMessage message)
    {
        json.WriteStartObject();
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            WriteField(json, message, field);
        }

        json.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter json, IMessage message, FieldDescriptor field)
    {
        var value = field.Accessor.GetValue(message);
        if (field.IsRepeated)
        {
            WriteList(json, field, (IList)value);
        }
        else if (IsPresent(message, field, value))
        {
            json.WritePropertyName(field.Name);
            WriteValue(json, field, value);
        }
    }

    private static bool IsPresent(IMessage message, FieldDescriptor field, object? value)
    {
        if (field.RealContainingOneof is { } oneof)
        {
            return ReferenceEquals(oneof.Accessor.GetCaseFieldDescriptor(message), field);
        }

        return value switch
        {
            null => false,
            ByteString bytes => !bytes.IsEmpty,
            string text => text.Length > 0,
            bool flag => flag,
            long number => number != 0,
            ulong number => number != 0,
            int number => number != 0,
            uint number => number != 0,
            Enum => EnumNumber(value) != 0,
            _ => true,
        };
    }

    private static void WriteList(Utf8JsonWriter json, FieldDescriptor field, IList values)
    {
        if (values.Count == 0)
        {
            return;
        }

        json.WriteStartArray(field.Name);
        foreach (var value in values)
        {
            WriteValue(json, field, value);
        }

        json.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter json, FieldDescriptor field, object value)
    {
        switch (value)
        {
            case IMessage message:
                Write(json, message);
                break;
            case ByteString bytes:
                json.WriteBase64StringValue(bytes.Span);
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case long or ulong:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case uint number:
                json.WriteNumberValue(number);
                break;
            case Enum:
                WriteEnum(json, field.EnumType, EnumNumber(value));
                break;
            default:
                throw new NotSupportedException($"no JSON form for {field.FullName}");
        }
    }

    private static void WriteEnum(Utf8JsonWriter json, EnumDescriptor type, int number)
    {
        if (type.FindValueByNumber(number) is { } known)
        {
            json.WriteStringValue(known.Name);
        }
        else
        {
            json.WriteNumberValue(number);
        }
    }

    private static int EnumNumber(object value) => Convert.ToInt32(value, CultureInfo.InvariantCulture);
}
