// Protobuf messages from JSON, as lenient as etcd's gateway: proto or camel-case names, unknown
// fields and enum names dropped, integers as numbers or strings without loss, base64 in any of its dialects.
using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Kv.Node.Json;

/// <summary>Reads messages from JSON.</summary>
internal static class ProtoJsonReader
{
    /// <summary>Fills a message from the first JSON value of the bytes; nothing but blanks leaves it
    /// empty, what follows the value is ignored.</summary>
    /// <exception cref="ProtoJsonException">It is not JSON, or does not fit the message.</exception>
    public static void Read(in ReadOnlySequence<byte> bytes, IMessage message)
    {
        if (IsBlank(bytes))
        {
            return;
        }

        var reader = new Utf8JsonReader(bytes);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw Unexpected(reader, "an object");
            }

            ReadMessage(ref reader, message);
        }
        catch (JsonException e)
        {
            throw ProtoJsonException.At(e);
        }
    }

    private static bool IsBlank(in ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
        {
            if (segment.Span.ContainsAnyExcept(" \t\r\n"u8))
            {
                return false;
            }
        }

        return true;
    }

    private static void ReadMessage(ref Utf8JsonReader reader, IMessage message)
    {
        var fields = ProtoJsonFields.Of(message.Descriptor);
        var seen = 0UL;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = ReadText(ref reader, "a name");
            reader.Read();
            if (!fields.TryGetValue(name, out var field))
            {
                reader.Skip();
            }
            else if (reader.TokenType != JsonTokenType.Null)
            {
                DemandOnce(message, field, ref seen);
                ReadField(ref reader, message, field);
            }
        }
    }

    /// <summary>A field, or another of the same choice, that was there before would be lost silently.</summary>
    /// <param name="message">As read so far.</param>
    /// <param name="field">The field that comes now.</param>
    /// <param name="seen">One bit for each field by its place; no message here has more than 64.</param>
    private static void DemandOnce(IMessage message, FieldDescriptor field, ref ulong seen)
    {
        var bit = 1UL << field.Index;
        if ((seen & bit) != 0)
        {
            throw new ProtoJsonException($"duplicate field \"{field.Name}\"");
        }

        if (field.RealContainingOneof is { } oneof && oneof.Accessor.GetCaseFieldDescriptor(message) is not null)
        {
            throw new ProtoJsonException($"{oneof.Name} is already set, it cannot be {field.Name}, too");
        }

        seen |= bit;
    }

    private static void ReadField(ref Utf8JsonReader reader, IMessage message, FieldDescriptor field)
    {
        if (!field.IsRepeated)
        {
            if (ReadValue(ref reader, field) is { } single)
            {
                field.Accessor.SetValue(message, single);
            }

            return;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Unexpected(reader, $"a list for {field.Name}");
        }

        var list = (IList)field.Accessor.GetValue(message);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (ReadValue(ref reader, field) is { } item)
            {
                list.Add(item);
            }
        }
    }

    /// <summary>The value; null for one that is passed over.</summary>
    private static object? ReadValue(ref Utf8JsonReader reader, FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => ReadNested(ref reader, field),
        FieldType.Bytes => Base64Bytes.Parse(ReadString(ref reader, field), field.Name),
        FieldType.String => ReadString(ref reader, field),
        FieldType.Bool => ReadBool(ref reader, field),
        FieldType.Int64 => ReadInteger<long>(ref reader, field),
        FieldType.UInt64 => ReadInteger<ulong>(ref reader, field),
        FieldType.Int32 => ReadInteger<int>(ref reader, field),
        FieldType.UInt32 => ReadInteger<uint>(ref reader, field),
        FieldType.Enum => ReadEnum(ref reader, field),
        _ => throw new NotSupportedException($"no JSON form for {field.FullName}"),
    };

    private static IMessage ReadNested(ref Utf8JsonReader reader, FieldDescriptor field)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Unexpected(reader, $"an object for {field.Name}");
        }

        var nested = field.MessageType.Parser.ParseFrom(ByteString.Empty);
        ReadMessage(ref reader, nested);
        return nested;
    }

    private static string ReadString(ref Utf8JsonReader reader, FieldDescriptor field)
    {
        return reader.TokenType == JsonTokenType.String
            ? ReadText(ref reader, field.Name)
            : throw Unexpected(reader, $"a string for {field.Name}");
    }

    /// <summary>The text of a string or of a name, which JSON's own grammar lets be none at all.</summary>
    private static string ReadText(ref Utf8JsonReader reader, string where)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new ProtoJsonException($"invalid text in {where}", e);
        }
    }

    private static bool ReadBool(ref Utf8JsonReader reader, FieldDescriptor field) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Unexpected(reader, $"true or false for {field.Name}"),
    };

    private static T ReadInteger<T>(ref Utf8JsonReader reader, FieldDescriptor field)
        where T : IBinaryInteger<T>
    {
        var text = reader.TokenType switch
        {
            JsonTokenType.Number => System.Text.Encoding.ASCII.GetString(
                reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan),
            JsonTokenType.String => ReadString(ref reader, field),
            _ => throw Unexpected(reader, $"a number for {field.Name}"),
        };
        if (T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        // 1.0 and 1e3 are integers, too.
        const NumberStyles AnyNumber =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (decimal.TryParse(text, AnyNumber, CultureInfo.InvariantCulture, out var value)
            && decimal.IsInteger(value)
            && T.TryParse(value.ToString("F0", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out number))
        {
            return number;
        }

        throw new ProtoJsonException($"invalid value for {field.Name}: {text}");
    }

    /// <summary>The number of an enum; a name that is not known is dropped like an unknown field.</summary>
    private static int? ReadEnum(ref Utf8JsonReader reader, FieldDescriptor field)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return ReadInteger<int>(ref reader, field);
        }

        var name = ReadString(ref reader, field);
        return field.EnumType.FindValueByName(name)?.Number;
    }

    private static ProtoJsonException Unexpected(in Utf8JsonReader reader, string expected) =>
        new($"unexpected {reader.TokenType} at byte {reader.TokenStartIndex}, expected {expected}");
}
