// A selection of keys as the server understands it: one key or an interval, plus what must be
// filtered here because the server has no wildcards.

using System.Management.Automation;
using System.Text;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Client;

internal sealed class KeyRange
{
    private static readonly byte[] Zero = [0];

    private KeyRange(byte[] start, byte[]? end, WildcardPattern? filter, string description)
    {
        Start = start;
        End = end;
        Filter = filter;
        Description = description;
    }

    public byte[] Start { get; }

    /// <summary>The first key after the interval; one zero byte for no end; null for a single key.</summary>
    public byte[]? End { get; }

    /// <summary>What a key must match too; null if the interval is exact.</summary>
    public WildcardPattern? Filter { get; }

    /// <summary>For prompts and messages, for example "prefix 'job/'".</summary>
    public string Description { get; }

    public bool IsSingle => End is null;

    /// <summary>True if a key of the interval is meant.</summary>
    public bool Matches(byte[] key) => Filter is null || Filter.IsMatch(KvText.Decode(key));

    public static KeyRange Single(byte[] key) => new(key, null, null, $"key '{KvText.Decode(key)}'");

    public static KeyRange Single(string key) => Single(KvText.Encode(key));

    public static KeyRange Prefix(string prefix) => Prefix(KvText.Encode(prefix));

    public static KeyRange Prefix(byte[] prefix) => prefix.Length == 0
        ? new KeyRange(Zero, Zero, null, "all keys")
        : new KeyRange(prefix, AfterPrefix(prefix), null, $"prefix '{KvText.Decode(prefix)}'");

    /// <summary>An interval as the server gives it, described as a person would.</summary>
    public static KeyRange Between(byte[] start, byte[]? end)
    {
        if (end is null || end.Length == 0)
        {
            return Single(start);
        }

        var isEndless = ByteOrder.Compare(end, Zero) == 0;
        var description = isEndless && ByteOrder.Compare(start, Zero) <= 0 ? "all keys"
            : isEndless ? $"keys from '{KvText.Decode(start)}'"
            : ByteOrder.Compare(AfterPrefix(start), end) == 0 ? $"prefix '{KvText.Decode(start)}'"
            : $"keys from '{KvText.Decode(start)}' to '{KvText.Decode(end)}'";
        return new KeyRange(start, end, null, description);
    }

    /// <summary>Keys from <paramref name="from"/> on, up to but without <paramref name="to"/>.</summary>
    public static KeyRange Interval(string? from, string? to) => new(
        string.IsNullOrEmpty(from) ? Zero : KvText.Encode(from!),
        string.IsNullOrEmpty(to) ? Zero : KvText.Encode(to!),
        null,
        $"keys from '{from}' to '{to}'");

    /// <summary>A key with wildcards, or a single key if there are none. Wildcards are matched with
    /// regard to case, as keys are.</summary>
    public static KeyRange Pattern(string pattern)
    {
        var literal = LiteralStart(pattern, out var rest);
        if (rest.Length == 0)
        {
            return Single(literal);
        }

        var interval = Prefix(literal);
        var isPrefix = rest == "*";
        return new KeyRange(
            interval.Start,
            interval.End,
            isPrefix ? null : new WildcardPattern(pattern, WildcardOptions.CultureInvariant),
            literal.Length == 0 && isPrefix ? interval.Description : $"keys like '{pattern}'");
    }

    private static string LiteralStart(string pattern, out string rest)
    {
        var literal = new StringBuilder(pattern.Length);
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c is '*' or '?' or '[')
            {
                rest = pattern.Substring(i);
                return literal.ToString();
            }

            if (c == '`' && i + 1 < pattern.Length)
            {
                i++;
            }

            literal.Append(pattern[i]);
        }

        rest = string.Empty;
        return literal.ToString();
    }

    private static byte[] AfterPrefix(byte[] prefix)
    {
        var length = prefix.Length;
        while (length > 0 && prefix[length - 1] == 0xff)
        {
            length--;
        }

        if (length == 0)
        {
            return Zero;
        }

        var end = new byte[length];
        System.Array.Copy(prefix, end, length);
        end[length - 1]++;
        return end;
    }
}
