// One node of a local cluster: where its files are, how it is started, and whether it runs.

using System;

namespace Kv.PowerShell.Model;

/// <summary>A node on this machine, as it was when the object was made.</summary>
public sealed class KvNode : IEquatable<KvNode>
{
    internal KvNode(string name, string clusterName, string clusterPath)
    {
        Name = name;
        ClusterName = clusterName;
        ClusterPath = clusterPath;
    }

    /// <summary>The name of the node; unique in its cluster.</summary>
    public string Name { get; }

    /// <summary>The cluster it belongs to.</summary>
    public string ClusterName { get; }

    /// <summary>The folder of the cluster.</summary>
    public string ClusterPath { get; }

    /// <summary>Whether its process runs.</summary>
    public KvNodeState State { get; internal init; }

    /// <summary>The id of its process; null unless it runs.</summary>
    public int? Pid { get; internal init; }

    /// <summary>Where clients reach it.</summary>
    public string ClientUrl { get; internal init; } = string.Empty;

    /// <summary>Where the other nodes reach it.</summary>
    public string PeerUrl { get; internal init; } = string.Empty;

    /// <summary>The folder of its log and snapshots.</summary>
    public string DataDirectory { get; internal init; } = string.Empty;

    /// <summary>The file its messages go to.</summary>
    public string LogPath { get; internal init; } = string.Empty;

    /// <summary>The file of the authority that signed its certificate; null if it does not speak TLS.</summary>
    public string? CACertificateFile { get; internal init; }

    /// <summary>The flags it is started with.</summary>
    public string[] Arguments { get; internal init; } = [];

    /// <summary>Same name in the same folder.</summary>
    /// <param name="other">The other node.</param>
    public bool Equals(KvNode? other) => other is not null
        && string.Equals(Name, other.Name, StringComparison.Ordinal)
        && string.Equals(ClusterPath, other.ClusterPath, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as KvNode);

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((Name.GetHashCode() * 397) ^ ClusterPath.GetHashCode());

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
