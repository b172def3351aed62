// Users and roles in the v2 tree itself, as etcd has them: replicated, in snapshots, changed by compare and
// swap. They lie in a directory no client can name: its name is not text, and the keys API does not go there.
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Kv.Core.Apply;
using Kv.Core.V2;
using Kv.Node.Engine;
using Kv.Node.Grpc;

namespace Kv.Node.V2.Auth;

/// <summary>Reads and changes users, roles and the switch.</summary>
internal sealed class V2AuthStore(NodeEngine engine)
{
    private const string Users = "users";

    private const string Roles = "roles";

    private const string Switch = "enabled";

    /// <summary>The directory. 0xFF is in no text, and the underscore keeps it out of listings and watches of
    /// what is above it.</summary>
    private static readonly byte[] Directory = [(byte)'/', (byte)'_', 0xFF, .. "security"u8];

    /// <summary>True if a path leads into the directory: to be treated as if it were not there.</summary>
    public static bool IsReserved(ReadOnlySpan<byte> path) =>
        path.StartsWith(Directory) && (path.Length == Directory.Length || path[Directory.Length] == '/');

    public bool IsEnabled => Find(Switch) is { } node && node.Value.Span.SequenceEqual("true"u8);

    public V2User? FindUser(string name) => Read(Users, name, V2AuthJson.Plain.UserDocument)?.ToUser();

    /// <summary>The role; null if there is none. The root role is always there.</summary>
    public V2Role? FindRole(string name) =>
        name == V2Role.RootName ? V2Role.Root : Read(Roles, name, V2AuthJson.Plain.RoleDocument)?.ToRole();

    /// <summary>All users by name.</summary>
    public V2User[] AllUsers() => [.. Names(Users).Select(FindUser).OfType<V2User>()];

    /// <summary>All roles by name, the root role too.</summary>
    public V2Role[] AllRoles() =>
        [.. Names(Roles).Select(FindRole).OfType<V2Role>().Append(V2Role.Root).OrderBy(role => role.Name, StringComparer.Ordinal)];

    /// <summary>Stores a new user.</summary>
    /// <returns>False if there is one of that name.</returns>
    public Task<bool> TryCreateAsync(V2User user, CancellationToken token) => WriteAsync(
        V2Operation.Create, PathOf(Users, user.Name), 0,
        JsonSerializer.SerializeToUtf8Bytes(UserDocument.Stored(user), V2AuthJson.Plain.UserDocument), token);

    /// <summary>Stores a new role.</summary>
    /// <returns>False if there is one of that name.</returns>
    public Task<bool> TryCreateAsync(V2Role role, CancellationToken token) => WriteAsync(
        V2Operation.Create, PathOf(Roles, role.Name), 0,
        JsonSerializer.SerializeToUtf8Bytes(RoleDocument.Of(role), V2AuthJson.Plain.RoleDocument), token);

    /// <summary>Changes a user; whoever changes it meanwhile makes this begin again.</summary>
    /// <returns>The changed user; null if there is none.</returns>
    public async Task<V2User?> ChangeUserAsync(string name, Func<V2User, V2User> change, CancellationToken token) =>
        (await ChangeAsync(
            Users, name, V2AuthJson.Plain.UserDocument, old => UserDocument.Stored(change(old.ToUser())), token))?.ToUser();

    /// <summary>Changes a role, as <see cref="ChangeUserAsync"/> does a user.</summary>
    public async Task<V2Role?> ChangeRoleAsync(string name, Func<V2Role, V2Role> change, CancellationToken token) =>
        (await ChangeAsync(
            Roles, name, V2AuthJson.Plain.RoleDocument, old => RoleDocument.Of(change(old.ToRole())), token))?.ToRole();

    /// <returns>False if there is no such user.</returns>
    public Task<bool> TryDeleteUserAsync(string name, CancellationToken token) =>
        WriteAsync(V2Operation.Delete, PathOf(Users, name), 0, [], token);

    /// <returns>False if there is no such role.</returns>
    public Task<bool> TryDeleteRoleAsync(string name, CancellationToken token) =>
        WriteAsync(V2Operation.Delete, PathOf(Roles, name), 0, [], token);

    public Task SetEnabledAsync(bool isEnabled, CancellationToken token) => WriteAsync(
        V2Operation.Set, PathOf(Switch), 0, isEnabled ? "true"u8.ToArray() : "false"u8.ToArray(), token);

    private static byte[] PathOf(params string[] names) =>
        [.. Directory, .. names.SelectMany(name => Encoding.UTF8.GetBytes("/" + Uri.EscapeDataString(name)))];

    private V2Node? Find(params string[] names)
    {
        var (error, node) = engine.State.V2.Find(PathOf(names));
        return error is null ? node : null;
    }

    private IEnumerable<string> Names(string directory) =>
        Find(directory)?.Children().Select(node => Uri.UnescapeDataString(Encoding.UTF8.GetString(node.Name.Span))) ?? [];

    private T? Read<T>(string directory, string name, JsonTypeInfo<T> type)
        where T : class => name.Length > 0 && Find(directory, name) is { } node ? Read(node, type) : null;

    private static T Read<T>(V2Node node, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(node.Value.Span, type)!;

    private async Task<T?> ChangeAsync<T>(
        string directory, string name, JsonTypeInfo<T> type, Func<T, T> change, CancellationToken token)
        where T : class
    {
        while (Find(directory, name) is { } node)
        {
            var changed = change(Read(node, type));
            var bytes = JsonSerializer.SerializeToUtf8Bytes(changed, type);
            if (await WriteAsync(V2Operation.CompareAndSwap, PathOf(directory, name), node.ModifiedIndex, bytes, token))
            {
                return changed;
            }
        }

        return null;
    }

    /// <returns>False if what was expected is not so any more.</returns>
    private async Task<bool> WriteAsync(
        V2Operation operation, byte[] path, ulong previousIndex, byte[] value, CancellationToken token)
    {
        var now = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
        var request = new V2Request(operation, path, now) { Value = value, PreviousIndex = previousIndex };
        var outcome = await engine.ProposeOwnAsync(Command.NewV2Write(request), token);
        if (outcome.Reply is not V2Reply reply)
        {
            throw StoreErrors.ToException(outcome.Error);
        }

        return reply.Error?.Code switch
        {
            null => true,
            V2Code.KeyExists or V2Code.CompareFailed or V2Code.KeyNotFound => false,
            _ => throw new V2Exception(reply.Error),
        };
    }
}
