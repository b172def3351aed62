// A role: a name for permissions.

using System;
using System.Linq;
using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Model;

/// <summary>A role and what it permits.</summary>
public sealed class KvRole : IEquatable<KvRole>
{
    internal KvRole(string name, Permission[] permissions)
    {
        Name = name;
        Permission = [.. permissions.Select(p => new KvPermission(name, p))];
    }

    /// <summary>The role's name.</summary>
    public string Name { get; }

    /// <summary>What it permits; the role root permits everything without saying so.</summary>
    public KvPermission[] Permission { get; }

    /// <inheritdoc/>
    public bool Equals(KvRole? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as KvRole);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode();

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
