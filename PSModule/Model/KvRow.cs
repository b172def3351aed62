// What a stored key and a change of a key have in common. Both can be piped into cmdlets that take
// keys, which then use the exact bytes rather than the text.

using System;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Model;

/// <summary>One key with a value, its revisions and its lease.</summary>
public abstract class KvRow
{
    private const int ShownLength = 256;

    private readonly byte[] _key;
    private readonly byte[] _value;

    private protected KvRow(byte[] key, byte[] value, ValueForm form)
    {
        _key = key;
        _value = value;
        Key = KvText.Decode(key);
        Value = ValueReader.Read(value, form, Key);
        HasValue = form != ValueForm.None;
    }

    /// <summary>The key as text. Bytes that are not UTF-8 are kept as lone surrogates, so this string
    /// still names the key exactly.</summary>
    public string Key { get; }

    /// <summary>The value: a string, or what -AsByteStream or -AsJson asked for; null if values were
    /// not read.</summary>
    public object? Value { get; }

    /// <summary>Revision at which the key was created; 0 for a deletion.</summary>
    public long CreateRevision { get; internal init; }

    /// <summary>Revision of this state of the key.</summary>
    public long ModRevision { get; internal init; }

    /// <summary>Number of writes since the key was created; 0 for a deletion.</summary>
    public long Version { get; internal init; }

    /// <summary>The lease the key is attached to; 0 for none.</summary>
    public long LeaseId { get; internal init; }

    /// <summary>Size of the value in bytes.</summary>
    public int ValueSize => _value.Length;

    /// <summary>The value on one line, shortened, for a table; bytes are shown as their number.</summary>
    public string ValueText => !HasValue ? string.Empty
        : Value is byte[] bytes ? FormattableString.Invariant($"byte[{bytes.Length}]")
        : OneLine(KvText.Decode(_value));

    internal byte[] RawKey => _key;

    private bool HasValue { get; }

    /// <summary>The exact bytes of the key.</summary>
    public byte[] GetKeyBytes() => (byte[])_key.Clone();

    /// <summary>The exact bytes of the value.</summary>
    public byte[] GetValueBytes() => (byte[])_value.Clone();

    /// <summary>The key.</summary>
    public override string ToString() => Key;

    private static string OneLine(string text)
    {
        var shown = text.Length > ShownLength ? text.Substring(0, ShownLength) + "..." : text;
        return shown.Replace("\r\n", " ").Replace('\n', ' ').Replace('\r', ' ').Replace('\t', ' ');
    }
}
