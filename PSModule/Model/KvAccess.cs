// What a permission allows.

namespace Kv.PowerShell.Model;

/// <summary>What may be done with keys.</summary>
public enum KvAccess
{
    /// <summary>Reading and watching.</summary>
    Read,

    /// <summary>Writing and removing.</summary>
    Write,

    /// <summary>Both.</summary>
    ReadWrite,
}
