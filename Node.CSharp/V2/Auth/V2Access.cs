// Who may do what over the v2 API while its auth is on (etcd-facts §5.4). The default is no.
using System.Text;

using Kv.Node.Auth;

namespace Kv.Node.V2.Auth;

/// <summary>Decides about v2 requests.</summary>
internal sealed class V2Access(V2AuthStore store, Passwords passwords)
{
    /// <summary>What those are told who may not.</summary>
    public const string Refusal = "Insufficient credentials";

    /// <summary>True if the caller may read or write a key, or all keys below it. A caller that gives no name
    /// is a guest; one that gives a name has the roles of that user and not the guest's.</summary>
    public async ValueTask<bool> MayUseKeyAsync(HttpContext context, string key, bool isRecursive, bool isWrite)
    {
        if (!store.IsEnabled)
        {
            return true;
        }

        if (!context.Request.Headers.ContainsKey("Authorization"))
        {
            return store.FindRole(V2Role.GuestName) is { } guest && Allows(guest);
        }

        return await UserAsync(context) is { } user && user.Roles.Select(store.FindRole).OfType<V2Role>().Any(Allows);

        bool Allows(V2Role role) =>
            role.Name == V2Role.RootName || role.Permissions.Allows(key, isRecursive, isWrite);
    }

    /// <summary>True if the caller may administer users and members.</summary>
    public async ValueTask<bool> IsRootAsync(HttpContext context) =>
        !store.IsEnabled || (await UserAsync(context))?.Roles.Contains(V2Role.RootName) == true;

    /// <summary>As <see cref="IsRootAsync"/>; whoever only looks need not be.</summary>
    public ValueTask<bool> MayChangeMembersAsync(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) ? new(true) : IsRootAsync(context);

    /// <summary>The user a request is from; null if it does not say, there is none of that name, or the
    /// password is wrong.</summary>
    private async Task<V2User?> UserAsync(HttpContext context)
    {
        if (Credentials(context.Request.Headers.Authorization.ToString()) is not var (name, password)
            || store.FindUser(name) is not { } user)
        {
            return null;
        }

        return await passwords.IsRightAsync(password, user.PasswordHash, context.RequestAborted) ? user : null;
    }

    /// <summary>Name and password of HTTP's basic scheme (RFC 7617).</summary>
    private static (string Name, string Password)? Credentials(string header)
    {
        const string Scheme = "Basic ";
        var bytes = new byte[header.Length];
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || !Convert.TryFromBase64String(header[Scheme.Length..].Trim(), bytes, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : (pair[..colon], pair[(colon + 1)..]);
    }
}
