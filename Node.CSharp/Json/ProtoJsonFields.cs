// The names a field may have in JSON: as in the proto, and in camel case.
using System.Collections.Concurrent;
using Google.Protobuf.Reflection;

namespace Kv.Node.Json;

/// <summary>Fields of messages by their JSON names.</summary>
internal static class ProtoJsonFields
{
    private static readonly ConcurrentDictionary<MessageDescriptor, Dictionary<string, FieldDescriptor>> Known = new();

    /// <summary>The fields of a message type.</summary>
    public static IReadOnlyDictionary<string, FieldDescriptor> Of(MessageDescriptor type) =>
        Known.GetOrAdd(type, static found =>
        {
            var fields = new Dictionary<string, FieldDescriptor>();
            foreach (var field in found.Fields.InDeclarationOrder())
            {
                fields[field.JsonName] = field;
                fields[field.Name] = field;
            }

            return fields;
        });
}
