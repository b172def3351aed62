namespace Kv.Node.V2.Auth;

/// <summary>A role of the v2 API.</summary>
internal sealed record V2Role(string Name, V2Permissions Permissions)
{
    /// <summary>May do everything; is not stored and cannot be changed.</summary>
    public const string RootName = "root";

    /// <summary>What those may do who give no name.</summary>
    public const string GuestName = "guest";

    public static V2Role Root { get; } = new(RootName, V2Permissions.All);

    /// <summary>The guest role as it is made when auth is enabled: nobody is locked out by that.</summary>
    public static V2Role Guest { get; } = new(GuestName, V2Permissions.All);

    /// <summary>The role after a change.</summary>
    /// <exception cref="V2AuthException">The change is none, or grants what is there.</exception>
    public V2Role Change(V2Permissions grant, V2Permissions revoke)
    {
        var changed = this with { Permissions = Permissions.Grant(grant).Revoke(revoke) };
        return changed == this
            ? throw V2AuthException.Rule(400, "Role not updated. Use grant/revoke to update the role.")
            : changed;
    }
}
