// What rows are sorted by; the server does it.

namespace Kv.PowerShell.Model;

/// <summary>The field keys are sorted by.</summary>
public enum KvSortKey
{
    /// <summary>The key, byte by byte.</summary>
    Key,

    /// <summary>Number of writes.</summary>
    Version,

    /// <summary>Revision of creation.</summary>
    CreateRevision,

    /// <summary>Revision of the last write.</summary>
    ModRevision,

    /// <summary>The value, byte by byte.</summary>
    Value,
}
