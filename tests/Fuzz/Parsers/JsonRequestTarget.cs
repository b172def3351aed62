using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Kv.Node.Json;
using Kv.Node.Protos;
using Kv.Node.Protos.Elections;
using Kv.Node.Protos.Locks;

namespace Fuzz.Parsers;

/// <summary>Requests as JSON. The first byte says which message.</summary>
internal sealed class JsonRequestTarget() : Target("json-request")
{
    private static readonly MessageDescriptor[] Types =
    [
        .. new[] { RpcReflection.Descriptor, V3LockReflection.Descriptor, V3ElectionReflection.Descriptor }
            .SelectMany(file => file.MessageTypes)
            .Where(type => type.Name.EndsWith("Request", StringComparison.Ordinal)),
    ];

    public override int QuickInputs => 3_000;

    public override IEnumerable<string> Words =>
    [
        "null", "true", "{}", "[]", "\"\"", "\"a2V5\"", "-_", "1e3", "0.5", "-1", "\\u0000", "\\ud800", "\u00e9", "\"", "{\"", "\":",
        .. Types.SelectMany(type => type.Fields.InDeclarationOrder()).Select(known => known.Name).Distinct(),
        .. Types.SelectMany(type => type.Fields.InDeclarationOrder()).Select(known => known.JsonName).Distinct(),
    ];

    public override IEnumerable<byte[]> Corpus()
    {
        for (var i = 0; i < Types.Length; i++)
        {
            yield return [(byte)i, .. Write(Filled(Types[i], 3))];
        }
    }

    public override Answer Run(byte[] input)
    {
        var type = Types[input.Length == 0 ? 0 : input[0] % Types.Length];
        var message = New(type);
        try
        {
            ProtoJsonReader.Read(Pieces.Sequence(Pieces.Cut(input.AsMemory(Math.Min(1, input.Length)), 9)), message);
        }
        catch (ProtoJsonException refusal)
        {
            return Answer.Refused(refusal.Message);
        }

        OracleException.Require(Parse(type, message.ToByteArray()).Equals(message), "as protobuf it is another message");
        var again = New(type);
        ProtoJsonReader.Read(new ReadOnlySequence<byte>(Write(message)), again);
        OracleException.Require(again.Equals(message), "written and read again, it is another message");
        return Answer.Accepted(type.Name);
    }

    private static IMessage New(MessageDescriptor type) => Parse(type, []);

    private static IMessage Parse(MessageDescriptor type, byte[] bytes) => type.Parser.ParseFrom(bytes);

    private static byte[] Write(IMessage message)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = ProtoJsonWriter.Create(bytes))
        {
            ProtoJsonWriter.Write(json, message);
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>A message with something in every field.</summary>
    private static IMessage Filled(MessageDescriptor type, int depth)
    {
        var message = New(type);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (depth == 0 && field.FieldType == FieldType.Message)
            {
                continue;
            }

            object value = field.FieldType switch
            {
                FieldType.Message => Filled(field.MessageType, depth - 1),
                FieldType.Bytes => ByteString.CopyFromUtf8("key"),
                FieldType.String => "text",
                FieldType.Bool => true,
                FieldType.Int64 => 5_000_000_000L,
                FieldType.UInt64 => ulong.MaxValue,
                FieldType.Int32 => -3,
                FieldType.UInt32 => 3u,
                _ => field.EnumType.Values[^1].Number,
            };
            if (field.IsRepeated)
            {
                ((System.Collections.IList)field.Accessor.GetValue(message)).Add(value);
            }
            else
            {
                field.Accessor.SetValue(message, value);
            }
        }

        return message;
    }
}
