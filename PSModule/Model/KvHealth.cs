// The health of a cluster in a word.

namespace Kv.PowerShell.Model;

/// <summary>Whether a cluster serves.</summary>
public enum KvHealth
{
    /// <summary>All members answer, one leads, and there is no alarm.</summary>
    Healthy,

    /// <summary>It serves, and a member is missing.</summary>
    Degraded,

    /// <summary>There is no majority, no leader, or an alarm is raised.</summary>
    Unhealthy,
}
