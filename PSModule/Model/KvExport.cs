// What was exported or imported.

using System;

namespace Kv.PowerShell.Model;

/// <summary>A file of keys and what is in it.</summary>
public sealed class KvExport
{
    internal KvExport(string path, long count, long revision)
    {
        Path = path;
        Count = count;
        Revision = revision;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Number of keys in it.</summary>
    public long Count { get; }

    /// <summary>The revision the keys were read at.</summary>
    public long Revision { get; }

    /// <summary>The file and the number of keys.</summary>
    public override string ToString() => FormattableString.Invariant($"{Path} ({Count} keys)");
}
