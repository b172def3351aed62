// Steps and messages as lines a person can read: defaults left out, bytes as text, long values cut.
using System.Collections;
using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace Differential.Model;

/// <summary>Readable forms.</summary>
internal static class Describe
{
    private const int BytesShownMax = 24;

    /// <summary>A step on one line.</summary>
    public static string Step(Step step) => step switch
    {
        Call call => $"{call.Rpc}{Message(call.Request)}{(call.Json is { } style ? $" as JSON ({style})" : "")} by {call.Caller}",
        RawJson raw => $"{raw.Rpc} with body {raw.Body}",
        KeepAlive keep =>
            $"LeaseKeepAlive [{string.Join(", ", keep.Ids.Select(Symbols.Describe))}]{(keep.IsJson ? " as JSON" : "")}",
        BriefLease lease => $"lease {BriefLease.Id} with TTL {lease.Ttl}: grant, TTL, keep-alive, revoke",
        CreateWatcher create => $"stream {create.Stream}: create{Message(create.Request)}",
        CancelWatcher cancel => $"stream {cancel.Stream}: cancel {cancel.Id}",
        CloseStream close => $"stream {close.Stream}: close",
        JsonWatch watch => $"Watch{Message(watch.Request)} as JSON",
        _ => step.ToString(),
    };

    /// <summary>A message as <c>{name=value …}</c>; fields that are not known count, too.</summary>
    public static string Message(IMessage message)
    {
        var text = new StringBuilder("{");
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            var isShown = field.HasPresence ? field.Accessor.HasValue(message) : !IsDefault(value);
            if (isShown)
            {
                text.Append(text.Length > 1 ? " " : "").Append(field.Name).Append('=').Append(Value(value));
            }
        }

        return text.Append('}').ToString();
    }

    private static bool IsDefault(object? value) => value switch
    {
        null => true,
        ByteString bytes => bytes.IsEmpty,
        string text => text.Length == 0,
        IList list => list.Count == 0,
        bool flag => !flag,
        _ => Convert.ToDecimal(value, CultureInfo.InvariantCulture) == 0,
    };

    private static string Value(object? value) => value switch
    {
        IMessage message => Message(message),
        ByteString bytes => Bytes(bytes),
        string text => $"'{text}'",
        long number => Symbols.Describe(number),
        bool flag => flag ? "true" : "false",
        IList list => $"[{string.Join(", ", list.Cast<object>().Select(Value))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Bytes(ByteString bytes)
    {
        var text = new StringBuilder("\"");
        foreach (var b in bytes.Span[..Math.Min(bytes.Length, BytesShownMax)])
        {
            text.Append(b is > 31 and < 127 and not (byte)'"' and not (byte)'\\' ? ((char)b).ToString() : $"\\x{b:x2}");
        }

        return bytes.Length > BytesShownMax ? $"{text}…\"({bytes.Length} bytes)" : $"{text}\"";
    }
}
