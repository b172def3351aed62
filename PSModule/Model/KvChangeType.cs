// What a watch reports about a key.

namespace Kv.PowerShell.Model;

/// <summary>The kind of a change.</summary>
public enum KvChangeType
{
    /// <summary>The key was written.</summary>
    Put,

    /// <summary>The key was deleted, by a request or because its lease ended.</summary>
    Delete,

    /// <summary>The key as it was when the watch began; no change.</summary>
    Snapshot,
}
