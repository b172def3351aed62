namespace Kv.Node.V2.Auth;

/// <summary>A user of the v2 API, as it is stored.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PasswordHash">bcrypt; never told to anybody.</param>
/// <param name="Roles">Names of its roles, sorted; there need not be such roles.</param>
internal sealed record V2User(string Name, string PasswordHash, string[] Roles)
{
    /// <summary>The user auth cannot be enabled without.</summary>
    public const string RootName = "root";

    /// <summary>The user after a change.</summary>
    /// <exception cref="V2AuthException">A role is granted twice, or revoked and not there.</exception>
    public V2User Change(string? passwordHash, string[] grant, string[] revoke)
    {
        var roles = Roles.ToHashSet(StringComparer.Ordinal);
        foreach (var role in grant)
        {
            if (!roles.Add(role))
            {
                throw V2AuthException.Rule(409, $"Granting duplicate role {role} for user {Name}");
            }
        }

        foreach (var role in revoke)
        {
            if (!roles.Remove(role))
            {
                throw V2AuthException.Rule(409, $"Revoking ungranted role {role} for user {Name}");
            }
        }

        return passwordHash is null && grant.Length == 0 && revoke.Length == 0
            ? throw V2AuthException.Rule(400, "User not updated. Use grant/revoke/password to update the user.")
            : this with { PasswordHash = passwordHash ?? PasswordHash, Roles = [.. roles.Order(StringComparer.Ordinal)] };
    }
}
