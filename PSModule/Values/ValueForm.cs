// In which form a stored value is handed to the pipeline.

namespace Kv.PowerShell.Values;

internal enum ValueForm
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>A byte array.</summary>
    Bytes,

    /// <summary>The objects its JSON describes.</summary>
    Json,

    /// <summary>No value was read.</summary>
    None,
}
