// How a key differs between two revisions.

namespace Kv.PowerShell.Model;

/// <summary>How a key differs between two revisions.</summary>
public enum KvDifferenceType
{
    /// <summary>It exists at the second only.</summary>
    Added,

    /// <summary>It exists at the first only.</summary>
    Removed,

    /// <summary>It was written in between.</summary>
    Changed,
}
