// Whether a local node's process runs.

namespace Kv.PowerShell.Model;

/// <summary>The state of a local node.</summary>
public enum KvNodeState
{
    /// <summary>It was never started, or was stopped by Stop-KvNode.</summary>
    Stopped,

    /// <summary>Its process runs.</summary>
    Running,

    /// <summary>It was started, not stopped, and its process is gone.</summary>
    Crashed,
}
