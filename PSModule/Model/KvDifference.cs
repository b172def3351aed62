// What became of a key between two revisions.

using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Model;

/// <summary>A key that is not the same at two revisions.</summary>
public sealed class KvDifference
{
    internal KvDifference(KeyValue? before, KeyValue? after, ValueForm form)
    {
        Key = KvText.Decode((after ?? before)!.Key);
        Before = before is null ? null : new KvKey(before, form);
        After = after is null ? null : new KvKey(after, form);
        Change = before is null ? KvDifferenceType.Added : after is null ? KvDifferenceType.Removed : KvDifferenceType.Changed;
    }

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>Added, Removed or Changed.</summary>
    public KvDifferenceType Change { get; }

    /// <summary>The key at the first revision; null if it did not exist.</summary>
    public KvKey? Before { get; }

    /// <summary>The key at the second revision; null if it did not exist.</summary>
    public KvKey? After { get; }

    /// <summary>The change and the key.</summary>
    public override string ToString() => $"{Change} {Key}";
}
