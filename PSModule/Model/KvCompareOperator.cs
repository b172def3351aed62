// How a guard of a transaction compares.

namespace Kv.PowerShell.Model;

/// <summary>How what the key has is compared with what is given.</summary>
public enum KvCompareOperator
{
    /// <summary>They are the same.</summary>
    Equal,

    /// <summary>They differ.</summary>
    NotEqual,

    /// <summary>What the key has is greater.</summary>
    Greater,

    /// <summary>What the key has is less.</summary>
    Less,
}
