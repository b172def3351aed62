// How a member answered when it was asked for its status.

namespace Kv.PowerShell.Model;

/// <summary>Whether a member can be used.</summary>
public enum KvMemberStatus
{
    /// <summary>It was not asked (-NoStatus).</summary>
    NotAsked,

    /// <summary>It answered and knows a leader.</summary>
    Online,

    /// <summary>It answered but knows no leader.</summary>
    NoLeader,

    /// <summary>It did not answer at any of its client URLs.</summary>
    Unreachable,

    /// <summary>It has been added but has never been started, so its client URLs are unknown.</summary>
    NotStarted,
}
