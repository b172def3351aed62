// What Watch-KvKey emits: one change of one key, with the row before it if that was asked for.

using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Model;

/// <summary>A change of a key.</summary>
public sealed class KvChange : KvRow
{
    internal KvChange(KvChangeType type, KeyValue row, KeyValue? previous, ValueForm form)
        : base(row.Key, row.Value, type == KvChangeType.Delete ? ValueForm.None : form)
    {
        Type = type;
        CreateRevision = row.CreateRevision;
        ModRevision = row.ModRevision;
        Version = row.Version;
        LeaseId = row.Lease;
        Previous = previous is null ? null : new KvKey(previous, form);
    }

    internal KvChange(WatchEvent change, ValueForm form)
        : this(change.Type == "DELETE" ? KvChangeType.Delete : KvChangeType.Put, change.Kv, change.PrevKv, form)
    {
    }

    /// <summary>Put, Delete, or Snapshot.</summary>
    public KvChangeType Type { get; }

    /// <summary>The key before the change; null if it did not exist, is compacted, or was not asked
    /// for with -IncludePrevious.</summary>
    public KvKey? Previous { get; }

    /// <summary>The value before the change, or null.</summary>
    public object? PreviousValue => Previous?.Value;

    /// <summary>True if the key did not exist before.</summary>
    public bool IsCreate => Type == KvChangeType.Put && CreateRevision == ModRevision;

    /// <summary>For example "Put job/1 @12".</summary>
    public override string ToString() => System.FormattableString.Invariant($"{Type} {Key} @{ModRevision}");
}
