namespace Checking;

/// <summary>The keys a request names, as etcd writes them: a key and the end of a range.</summary>
/// <param name="Key">The key, or the first of the range.</param>
/// <param name="End">"" for the key alone, "\0" for everything from it on, otherwise the first key behind the range.</param>
public readonly record struct KeyRange(string Key, string End = "")
{
    /// <summary>Every key.</summary>
    public static KeyRange All => new("\0", "\0");

    /// <summary>True if it is one key.</summary>
    public bool IsSingle => End.Length == 0;

    /// <summary>True if no key can be in it.</summary>
    public bool IsEmpty => !IsSingle && !IsOpen && string.CompareOrdinal(Key, End) >= 0;

    private bool IsOpen => End == "\0";

    /// <summary>Every key that begins so.</summary>
    public static KeyRange Prefix(string prefix) => new(prefix, prefix[..^1] + (char)(prefix[^1] + 1));

    /// <summary>True if the key is in it.</summary>
    public bool Contains(string key) => IsSingle
        ? string.Equals(key, Key, StringComparison.Ordinal)
        : string.CompareOrdinal(key, Key) >= 0 && (IsOpen || string.CompareOrdinal(key, End) < 0);

    /// <summary>True if a key can be in both.</summary>
    public bool Overlaps(KeyRange other)
    {
        if (IsSingle)
        {
            return other.Contains(Key);
        }

        return other.IsSingle
            ? Contains(other.Key)
            : (other.IsOpen || string.CompareOrdinal(Key, other.End) < 0) && (IsOpen || string.CompareOrdinal(other.Key, End) < 0);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        if (IsSingle)
        {
            return Key;
        }

        return Key == "\0" && IsOpen ? "all keys" : $"[{Key.Replace("\0", "\\0", StringComparison.Ordinal)}, {(IsOpen ? "…" : End)})";
    }
}
