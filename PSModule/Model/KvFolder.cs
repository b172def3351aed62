// A folder of a drive. The store has none: there is one as long as keys begin with its name and a slash.

using Kv.PowerShell.Values;

namespace Kv.PowerShell.Model;

/// <summary>What some keys have in common up to a slash.</summary>
public sealed class KvFolder
{
    internal KvFolder(byte[] start)
    {
        KeyPrefix = KvText.Decode(start);
        var parts = KeyPrefix.Split('/');
        Name = parts.Length > 1 ? parts[parts.Length - 2] : string.Empty;
    }

    /// <summary>The last part of its name.</summary>
    public string Name { get; }

    /// <summary>What all its keys begin with; ends in a slash.</summary>
    public string KeyPrefix { get; }

    /// <summary>What all its keys begin with.</summary>
    public override string ToString() => KeyPrefix;
}
