// What a role may do: lists of key patterns, apart for reading and writing (etcd-facts §5.4). A pattern is a
// key, or ends in a star and stands for all keys that begin so.
namespace Kv.Node.V2.Auth;

/// <summary>Key patterns of a role.</summary>
internal sealed record V2Permissions(string[] Read, string[] Write)
{
    public static V2Permissions None { get; } = new([], []);

    public static V2Permissions All { get; } = new(["/*"], ["/*"]);

    public bool IsEmpty => Read.Length == 0 && Write.Length == 0;

    /// <summary>True if a key, or all keys below it, may be read or written.</summary>
    public bool Allows(string key, bool isRecursive, bool isWrite) => (isWrite ? Write : Read).Any(pattern =>
        pattern.EndsWith('*')
            ? key.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
            : !isRecursive && key == pattern);

    /// <summary>These and more.</summary>
    /// <exception cref="V2AuthException">One is there already.</exception>
    public V2Permissions Grant(V2Permissions more) =>
        new(Add(Read, more.Read, "read"), Add(Write, more.Write, "write"));

    /// <summary>These without others; what is not there is not missed.</summary>
    public V2Permissions Revoke(V2Permissions less) => new(Sorted(Read.Except(less.Read)), Sorted(Write.Except(less.Write)));

    public bool Equals(V2Permissions? other) =>
        other is not null && Read.SequenceEqual(other.Read) && Write.SequenceEqual(other.Write);

    public override int GetHashCode() => HashCode.Combine(Read.Length, Write.Length);

    private static string[] Add(string[] have, string[] more, string what)
    {
        var all = have.ToHashSet(StringComparer.Ordinal);
        foreach (var pattern in more)
        {
            if (!all.Add(pattern))
            {
                throw V2AuthException.Rule(409, $"Granting duplicate {what} permission {pattern}");
            }
        }

        return Sorted(all);
    }

    private static string[] Sorted(IEnumerable<string> patterns) => [.. patterns.Order(StringComparer.Ordinal)];
}
