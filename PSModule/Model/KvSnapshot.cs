// What is in a snapshot's file.

using System;
using System.Globalization;

namespace Kv.PowerShell.Model;

/// <summary>A snapshot in etcd's file format, whole and undamaged.</summary>
public sealed class KvSnapshot
{
    internal KvSnapshot(string path, uint hash)
    {
        Path = path;
        Hash = hash;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>etcd's hash of everything in it.</summary>
    public uint Hash { get; }

    /// <summary>The hash in hexadecimal, as etcdutl shows it.</summary>
    public string HexHash => Hash.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>The store's revision when it was taken.</summary>
    public long Revision { get; internal init; }

    /// <summary>Number of keys.</summary>
    public long KeyCount { get; internal init; }

    /// <summary>Bytes of the store in it.</summary>
    public long Size { get; internal init; }

    /// <summary>The version of the format; empty if the file does not say.</summary>
    public string Version { get; internal init; } = string.Empty;

    /// <summary>The file, the revision and the number of keys.</summary>
    public override string ToString() => FormattableString.Invariant($"{Path} (revision {Revision}, {KeyCount} keys)");
}
