// Fields of a v2 request, from the query and from a form in the body, read as Go's net/http reads
// them: clients can see the difference in what is refused and why (etcd-facts §5.1). Values are kept
// as the bytes that were sent.
using System.Text;

namespace Kv.Node.V2;

/// <summary>The fields of one request; where a name comes more than once, the first counts.</summary>
internal sealed class V2Form
{
    private const string Urlencoded = "application/x-www-form-urlencoded";

    /// <summary>Most bytes of a form, as Go allows.</summary>
    private const int BodyBytesMax = 10 << 20;

    private readonly Dictionary<string, byte[]> _fields = new(StringComparer.Ordinal);

    /// <summary>The first thing that was wrong, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads the fields of a request. Those of the body come before those of the query.</summary>
    public static async ValueTask<V2Form> ReadAsync(HttpRequest request, string query, CancellationToken token)
    {
        var form = new V2Form();
        if (TakesForm(request))
        {
            await form.ReadBodyAsync(request.Body, token);
        }

        form.Parse(Encoding.Latin1.GetBytes(query));
        return form;
    }

    /// <summary>True if the field is there, be it empty.</summary>
    public bool Has(string name) => _fields.ContainsKey(name);

    /// <summary>The bytes of the field; empty if it is not there.</summary>
    public byte[] Bytes(string name) => _fields.GetValueOrDefault(name, []);

    /// <summary>The text of the field; empty if it is not there.</summary>
    public string Text(string name) => Encoding.Latin1.GetString(Bytes(name));

    /// <summary>Takes the percent escapes out of a URL's path or of a part of its query.</summary>
    /// <returns>Null if an escape is malformed: <paramref name="problem"/> says which.</returns>
    public static byte[]? Unescape(ReadOnlySpan<byte> text, bool plusIsSpace, out string? problem)
    {
        var plain = new byte[text.Length];
        var length = 0;
        problem = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit((char)text[i + 1]) || !char.IsAsciiHexDigit((char)text[i + 2]))
                {
                    problem = $"invalid URL escape {Quote(text.Slice(i, Math.Min(3, text.Length - i)))}";
                    return null;
                }

                plain[length++] = Convert.FromHexString(Encoding.ASCII.GetString(text.Slice(i + 1, 2)))[0];
                i += 2;
            }
            else
            {
                plain[length++] = plusIsSpace && text[i] == '+' ? (byte)' ' : text[i];
            }
        }

        return plain.AsSpan(0, length).ToArray();
    }

    private static bool TakesForm(HttpRequest request) =>
        (HttpMethods.IsPut(request.Method) || HttpMethods.IsPost(request.Method))
        && request.ContentType is { } type
        && type.Split(';', 2)[0].Trim().Equals(Urlencoded, StringComparison.OrdinalIgnoreCase);

    private static string Quote(ReadOnlySpan<byte> text) =>
        $"\"{Encoding.UTF8.GetString(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private async Task ReadBodyAsync(Stream body, CancellationToken token)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16_384];
        while (await body.ReadAsync(buffer, token) is var count and > 0)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > BodyBytesMax)
            {
                Problem = "http: POST too large";
                return;
            }
        }

        Parse(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private void Parse(ReadOnlySpan<byte> text)
    {
        foreach (var range in text.Split((byte)'&'))
        {
            var part = text[range];
            if (part.IsEmpty)
            {
                continue;
            }

            if (part.Contains((byte)';'))
            {
                Problem ??= "invalid semicolon separator in query";
                continue;
            }

            var equals = part.IndexOf((byte)'=');
            var name = Unescape(equals < 0 ? part : part[..equals], plusIsSpace: true, out var problem);
            var value = problem is null
                ? Unescape(equals < 0 ? [] : part[(equals + 1)..], plusIsSpace: true, out problem)
                : null;
            Problem ??= problem;
            if (name is not null && value is not null)
            {
                _fields.TryAdd(Encoding.Latin1.GetString(name), value);
            }
        }
    }
}
