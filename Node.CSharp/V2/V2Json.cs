// The JSON of the v2 API, to the byte as Go's encoder writes it: clients of the first generation were
// written against that, and a differential run can then compare bodies as they are.
using System.Buffers;
using System.Globalization;
using System.Text;
using Kv.Core.V2;

namespace Kv.Node.V2;

/// <summary>Builds one JSON document from bytes.</summary>
internal sealed class V2Json
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x60).Select(b => (byte)b).Except("\"\\<>&"u8.ToArray())]);

    private readonly ArrayBufferWriter<byte> _buffer = new(512);
    private bool _needsComma;

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public void Raw(ReadOnlySpan<byte> text) => _buffer.Write(text);

    public void Number(long value) => Format(value);

    public void Number(ulong value) => Format(value);

    public void Number(double value) => Format(value);

    /// <summary>A string from text.</summary>
    public void Text(string value) => Text(Encoding.UTF8.GetBytes(value));

    /// <summary>A string from bytes that should be UTF-8; what is not becomes U+FFFD.</summary>
    public void Text(ReadOnlySpan<byte> value)
    {
        Raw("\""u8);
        while (!value.IsEmpty)
        {
            var plain = value.IndexOfAnyExcept(Plain);
            plain = plain < 0 ? value.Length : plain;
            Raw(value[..plain]);
            value = value[plain..];
            if (!value.IsEmpty)
            {
                value = value[Escape(value)..];
            }
        }

        Raw("\""u8);
    }

    /// <summary>An event; without its nodes if the caller does not want them.</summary>
    public void Event(V2Event change, bool withNodes)
    {
        Action(change.Action);
        if (withNodes)
        {
            Field("\"node\":"u8);
            Image(change.Node);
        }

        if (withNodes && change.Previous is not null)
        {
            Field("\"prevNode\":"u8);
            Image(change.Previous);
        }

        Raw("}\n"u8);
    }

    /// <summary>The beginning of an event.</summary>
    public void Action(V2Action action)
    {
        Open();
        Field("\"action\":"u8);
        Text(Name(action));
    }

    public void Error(V2Error error)
    {
        Open();
        Field("\"errorCode\":"u8);
        Number((long)error.Code);
        Field("\"message\":"u8);
        Text(V2Errors.Message(error.Code));
        if (!error.Cause.IsEmpty)
        {
            Field("\"cause\":"u8);
            Text(error.Cause.Span);
        }

        Field("\"index\":"u8);
        Number(error.Index);
        Raw("}\n"u8);
    }

    /// <summary>The fields of a node that come before those of what is in it.</summary>
    /// <param name="path">Empty for the root, which has no key.</param>
    /// <param name="hasValue">False for directories, and for what was deleted.</param>
    /// <param name="value">The value, if it has one.</param>
    /// <param name="isDirectory">A directory.</param>
    /// <param name="expiresNs">Nanoseconds since 1970, or 0.</param>
    /// <param name="ttlSeconds">Seconds left; 0 is left out.</param>
    public void NodeStart(
        ReadOnlySpan<byte> path,
        bool hasValue,
        ReadOnlySpan<byte> value,
        bool isDirectory,
        long expiresNs,
        long ttlSeconds)
    {
        Open();
        if (!path.IsEmpty)
        {
            Field("\"key\":"u8);
            Text(path);
        }

        if (hasValue)
        {
            Field("\"value\":"u8);
            Text(value);
        }

        if (isDirectory)
        {
            Field("\"dir\":true"u8);
        }

        if (expiresNs != 0)
        {
            Field("\"expiration\":"u8);
            Text(GoTime.Instant(expiresNs));
        }

        if (ttlSeconds != 0)
        {
            Field("\"ttl\":"u8);
            Number(ttlSeconds);
        }
    }

    /// <summary>The fields of a node that come after those of what is in it; the root has none.</summary>
    public void NodeEnd(ulong modifiedIndex, ulong createdIndex)
    {
        if (modifiedIndex > 0)
        {
            Field("\"modifiedIndex\":"u8);
            Number(modifiedIndex);
            Field("\"createdIndex\":"u8);
            Number(createdIndex);
        }

        Close();
    }

    /// <summary>Begins an object.</summary>
    public void Open()
    {
        Raw("{"u8);
        _needsComma = false;
    }

    /// <summary>Ends an object.</summary>
    public void Close()
    {
        Raw("}"u8);
        _needsComma = true;
    }

    /// <summary>Begins a field of the object at hand.</summary>
    /// <param name="name">Its name in quotes, and a colon.</param>
    public void Field(ReadOnlySpan<byte> name)
    {
        if (_needsComma)
        {
            Raw(","u8);
        }

        Raw(name);
        _needsComma = true;
    }

    private void Image(V2Image image)
    {
        NodeStart(
            image.Path.Span,
            image.HasValue,
            image.Value.Span,
            image.IsDirectory,
            image.ExpiresNs,
            image.TtlSeconds);
        NodeEnd(image.ModifiedIndex, image.CreatedIndex);
    }

    private static string Name(V2Action action) => action switch
    {
        V2Action.Get => "get",
        V2Action.Create => "create",
        V2Action.Set => "set",
        V2Action.Update => "update",
        V2Action.Delete => "delete",
        V2Action.CompareAndSwap => "compareAndSwap",
        V2Action.CompareAndDelete => "compareAndDelete",
        _ => "expire",
    };

    /// <summary>Writes the first character, which is not plain; returns how many bytes it takes.</summary>
    private int Escape(ReadOnlySpan<byte> value)
    {
        if (value[0] < 0x80)
        {
            Raw(EscapeOf(value[0]));
            return 1;
        }

        var status = Rune.DecodeFromUtf8(value, out var rune, out var taken);
        if (status != OperationStatus.Done)
        {
            // Go reads on after the first byte of what is malformed, and so gives one mark a byte.
            Raw("\\ufffd"u8);
            return 1;
        }

        // Line separators are legal in JSON and not in JavaScript.
        Raw(rune.Value is 0x2028 or 0x2029
            ? Encoding.ASCII.GetBytes($"\\u{rune.Value:x4}")
            : value[..taken]);
        return taken;
    }

    private static byte[] EscapeOf(byte value) => value switch
    {
        (byte)'"' => "\\\""u8.ToArray(),
        (byte)'\\' => "\\\\"u8.ToArray(),
        (byte)'\b' => "\\b"u8.ToArray(),
        (byte)'\f' => "\\f"u8.ToArray(),
        (byte)'\n' => "\\n"u8.ToArray(),
        (byte)'\r' => "\\r"u8.ToArray(),
        (byte)'\t' => "\\t"u8.ToArray(),
        _ => Encoding.ASCII.GetBytes($"\\u{value:x4}"),
    };

    private void Format<T>(T value)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(_buffer.GetSpan(24), out var length, default, CultureInfo.InvariantCulture);
        _buffer.Advance(length);
    }
}
