// A user of a cluster with authentication.

using System;

namespace Kv.PowerShell.Model;

/// <summary>A user and the roles it has.</summary>
public sealed class KvUser : IEquatable<KvUser>
{
    internal KvUser(string name, string[] roles)
    {
        Name = name;
        Role = roles;
    }

    /// <summary>The user's name.</summary>
    public string Name { get; }

    /// <summary>The roles granted to it.</summary>
    public string[] Role { get; }

    /// <inheritdoc/>
    public bool Equals(KvUser? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as KvUser);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode();

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
