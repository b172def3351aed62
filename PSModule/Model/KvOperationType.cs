// What an operation of a transaction does.

namespace Kv.PowerShell.Model;

/// <summary>What an operation of a transaction does.</summary>
public enum KvOperationType
{
    /// <summary>Reads keys.</summary>
    Get,

    /// <summary>Writes a key.</summary>
    Put,

    /// <summary>Removes keys.</summary>
    Remove,
}
