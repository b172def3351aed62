// /v2/auth: the switch, users and roles (etcd-facts §5.4). All of it is root's business while auth is on, but
// for the question whether it is.
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Kv.Node.Auth;
using Kv.Node.Grpc;
using Kv.Node.Http;

namespace Kv.Node.V2.Auth;

/// <summary>Serves <c>/v2/auth</c>.</summary>
internal sealed class V2AuthEndpoints(V2AuthStore store, V2Access access, Passwords passwords, V2Responses responses)
{
    private const int BodyBytesMax = 1 << 20;

    public static ReadOnlySpan<byte> Prefix => "/v2/auth"u8;

    public async Task ServeAsync(HttpContext context, V2Target target)
    {
        var parts = Encoding.UTF8.GetString(target.After(Prefix.Length)).Split('/', 3);
        var name = parts.Length > 2 ? parts[2] : "";
        try
        {
            await ((parts.ElementAtOrDefault(1), name) switch
            {
                ("enable", "") => ServeSwitchAsync(context),
                ("users", _) => ServeUsersAsync(context, name),
                ("roles", _) => ServeRolesAsync(context, name),
                _ => ShortText.NotFoundAsync(context.Response),
            });
        }
        catch (V2AuthException refusal)
        {
            await V2Responses.WriteMessageAsync(context, refusal.Status, refusal.Message);
        }
        catch (EtcdException failure)
        {
            await V2Responses.WriteMessageAsync(context, StatusCodes.Status500InternalServerError, failure.Message);
        }
    }

    private async Task ServeSwitchAsync(HttpContext context)
    {
        if (await V2Responses.RefuseUnlessAsync(context, "GET", "PUT", "DELETE"))
        {
            return;
        }

        if (HttpMethods.IsGet(context.Request.Method))
        {
            responses.SetCluster(context.Response);
            await WriteAsync(context, 200, new EnabledDocument(store.IsEnabled), V2AuthJson.Plain.EnabledDocument);
            return;
        }

        await RequireRootAsync(context);
        var token = context.RequestAborted;
        var enables = HttpMethods.IsPut(context.Request.Method);
        if (store.IsEnabled == enables)
        {
            throw V2AuthException.Rule(409, enables ? "already enabled" : "already disabled");
        }

        if (enables)
        {
            if (store.FindUser(V2User.RootName) is null)
            {
                throw V2AuthException.Rule(409, "No root user available, please create one");
            }

            await store.TryCreateAsync(V2Role.Guest, token);
        }

        await store.SetEnabledAsync(enables, token);
        await WriteNothingAsync(context);
    }

    private async Task ServeUsersAsync(HttpContext context, string name)
    {
        if (name.Length == 0)
        {
            if (!await V2Responses.RefuseUnlessAsync(context, "GET"))
            {
                await RequireRootAsync(context);
                var users = store.AllUsers().Select(user => Full(user, isStrict: false)).ToArray();
                await WriteAsync(
                    context, 200, new UserListDocument(users.Length > 0 ? users : null), V2AuthJson.Plain.UserListDocument);
            }

            return;
        }

        if (await V2Responses.RefuseUnlessAsync(context, "GET", "PUT", "DELETE"))
        {
            return;
        }

        await RequireRootAsync(context);
        switch (context.Request.Method)
        {
            case "GET":
                var found = store.FindUser(name) ?? throw V2AuthException.Rule(404, $"User {name} does not exist.");
                await WriteAsync(context, 200, Full(found, isStrict: true), V2AuthJson.Plain.FullUserDocument);
                break;
            case "PUT":
                await PutUserAsync(context, name);
                break;
            default:
                await DeleteUserAsync(name, context.RequestAborted);
                await WriteNothingAsync(context);
                break;
        }
    }

    private async Task ServeRolesAsync(HttpContext context, string name)
    {
        if (name.Length == 0)
        {
            if (!await V2Responses.RefuseUnlessAsync(context, "GET"))
            {
                await RequireRootAsync(context);
                await WriteAsync(
                    context, 200, new RoleListDocument([.. store.AllRoles().Select(RoleDocument.Of)]),
                    V2AuthJson.Plain.RoleListDocument);
            }

            return;
        }

        if (await V2Responses.RefuseUnlessAsync(context, "GET", "PUT", "DELETE"))
        {
            return;
        }

        await RequireRootAsync(context);
        switch (context.Request.Method)
        {
            case "GET":
                var role = store.FindRole(name) ?? throw V2AuthException.Rule(404, $"Role {name} does not exist.");
                await WriteAsync(context, 200, RoleDocument.Of(role), V2AuthJson.Plain.RoleDocument);
                break;
            case "PUT":
                await PutRoleAsync(context, name);
                break;
            default:
                RefuseRoot(name);
                if (!await store.TryDeleteRoleAsync(name, context.RequestAborted))
                {
                    throw V2AuthException.Rule(404, $"Role {name} doesn't exist.");
                }

                await WriteNothingAsync(context);
                break;
        }
    }

    private async Task PutUserAsync(HttpContext context, string name)
    {
        var token = context.RequestAborted;
        var wanted = await ReadAsync(context, V2AuthJson.Plain.UserDocument);
        if (wanted.User != name)
        {
            throw new V2AuthException(400, "User JSON name does not match the name in the URL");
        }

        string[] grant = wanted.Grant ?? [], revoke = wanted.Revoke ?? [], roles = wanted.Roles ?? [];
        var changes = grant.Length > 0 || revoke.Length > 0;
        if (changes && roles.Length > 0)
        {
            throw new V2AuthException(400, "User JSON contains both roles and grant/revoke");
        }

        // With roles it must be a new one; with a password alone it may be either.
        var isNew = !changes && (roles.Length > 0 || store.FindUser(name) is null);
        if (isNew)
        {
            var made = await CreateUserAsync(name, wanted.Password ?? "", roles, token);
            await WriteAsync(
                context, roles.Length > 0 ? 200 : 201, UserDocument.Created(made), V2AuthJson.Plain.UserDocument);
            return;
        }

        var hash = string.IsNullOrEmpty(wanted.Password) ? null : await passwords.HashAsync(wanted.Password, token);
        var user = await store.ChangeUserAsync(name, old => old.Change(hash, grant, revoke), token)
            ?? throw V2AuthException.Rule(404, $"User {name} does not exist.");
        await WriteAsync(context, 200, UserDocument.Shown(user), V2AuthJson.Plain.UserDocument);
    }

    private async Task<V2User> CreateUserAsync(string name, string password, string[] roles, CancellationToken token)
    {
        if (password.Length == 0)
        {
            throw V2AuthException.Rule(400, $"Cannot create user {name} with an empty password");
        }

        var all = name == V2User.RootName ? roles.Append(V2Role.RootName) : roles;
        var user = new V2User(
            name, await passwords.HashAsync(password, token), [.. all.Distinct().Order(StringComparer.Ordinal)]);
        return await store.TryCreateAsync(user, token)
            ? user
            : throw V2AuthException.Rule(409, $"User {name} already exists.");
    }

    private async Task DeleteUserAsync(string name, CancellationToken token)
    {
        if (name == V2User.RootName && store.IsEnabled)
        {
            throw V2AuthException.Rule(403, "Cannot delete root user while auth is enabled.");
        }

        if (!await store.TryDeleteUserAsync(name, token))
        {
            throw V2AuthException.Rule(404, $"User {name} does not exist");
        }
    }

    private async Task PutRoleAsync(HttpContext context, string name)
    {
        var wanted = await ReadAsync(context, V2AuthJson.Plain.RoleDocument);
        if (wanted.Role != name)
        {
            throw new V2AuthException(400, "Role JSON name does not match the name in the URL");
        }

        var grant = wanted.Grant?.ToPermissions() ?? V2Permissions.None;
        var revoke = wanted.Revoke?.ToPermissions() ?? V2Permissions.None;
        var role = wanted.ToRole();
        if (grant.IsEmpty && revoke.IsEmpty)
        {
            RefuseRoot(name);
            if (!await store.TryCreateAsync(role, context.RequestAborted))
            {
                throw V2AuthException.Rule(409, $"Role {name} already exists.");
            }

            await WriteAsync(context, 201, RoleDocument.Of(role), V2AuthJson.Plain.RoleDocument);
            return;
        }

        if (!role.Permissions.IsEmpty)
        {
            throw new V2AuthException(400, "Role JSON contains both permissions and grant/revoke");
        }

        RefuseRoot(name);
        var changed = await store.ChangeRoleAsync(name, old => old.Change(grant, revoke), context.RequestAborted)
            ?? throw V2AuthException.Rule(404, $"Role {name} does not exist.");
        await WriteAsync(context, 200, RoleDocument.Of(changed), V2AuthJson.Plain.RoleDocument);
    }

    private static void RefuseRoot(string name)
    {
        if (name == V2Role.RootName)
        {
            throw V2AuthException.Rule(403, "Cannot modify role root: is root role.");
        }
    }

    /// <summary>A user with its roles in full.</summary>
    private FullUserDocument Full(V2User user, bool isStrict)
    {
        var roles = new List<RoleDocument>();
        foreach (var name in user.Roles)
        {
            if (store.FindRole(name) is { } role)
            {
                roles.Add(RoleDocument.Of(role));
            }
            else if (isStrict)
            {
                throw V2AuthException.Rule(404, $"Role {name} does not exist.");
            }
        }

        return new FullUserDocument(user.Name, roles.Count > 0 ? [.. roles] : null);
    }

    private async Task RequireRootAsync(HttpContext context)
    {
        if (!await access.IsRootAsync(context))
        {
            throw new V2AuthException(401, V2Access.Refusal);
        }

        responses.SetCluster(context.Response);
    }

    private static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        var body = new byte[BodyBytesMax];
        var length = await context.Request.Body.ReadAtLeastAsync(
            body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        try
        {
            if (length < BodyBytesMax && JsonSerializer.Deserialize(body.AsSpan(0, length), type) is { } document)
            {
                return document;
            }
        }
        catch (JsonException)
        {
            // Refused below.
        }

        throw new V2AuthException(400, "Invalid JSON in request body.");
    }

    private static Task WriteAsync<T>(HttpContext context, int status, T document, JsonTypeInfo<T> type) =>
        V2Responses.WriteAsync(
            context, status, (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(document, type), (byte)'\n']);

    private static Task WriteNothingAsync(HttpContext context) =>
        V2Responses.WriteAsync(context, StatusCodes.Status200OK, ReadOnlyMemory<byte>.Empty);
}
