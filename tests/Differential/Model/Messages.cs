// Walking over protobuf messages without knowing them.
using System.Collections;
using Google.Protobuf;

namespace Differential.Model;

/// <summary>Reflection over messages.</summary>
internal static class Messages
{
    /// <summary>The messages in a field's value: none, one, or those of a list.</summary>
    public static IEnumerable<IMessage> Nested(object? value) => value switch
    {
        IMessage one => [one],
        IList list => list.OfType<IMessage>(),
        _ => [],
    };

    /// <summary>All messages of a type within a message, itself included.</summary>
    public static IEnumerable<T> All<T>(IMessage message)
        where T : IMessage
    {
        if (message is T found)
        {
            yield return found;
        }

        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            foreach (var nested in Nested(field.Accessor.GetValue(message)))
            {
                foreach (var inner in All<T>(nested))
                {
                    yield return inner;
                }
            }
        }
    }
}
