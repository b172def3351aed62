// What the v2 auth API sends and gets, field by field as etcd has it (etcd-facts §5.4), and the form in which
// users and roles are stored.
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kv.Node.V2.Auth;

internal sealed record KvPatternsDocument(
    [property: JsonPropertyName("read")] string[]? Read, [property: JsonPropertyName("write")] string[]? Write);

internal sealed record PermissionsDocument([property: JsonPropertyName("kv")] KvPatternsDocument? Kv)
{
    public V2Permissions ToPermissions() => new(Kv?.Read ?? [], Kv?.Write ?? []);

    public static PermissionsDocument Of(V2Permissions permissions) =>
        new(new KvPatternsDocument(permissions.Read, permissions.Write));
}

internal sealed record RoleDocument(
    [property: JsonPropertyName("role")] string? Role,
    [property: JsonPropertyName("permissions")] PermissionsDocument? Permissions,
    [property: JsonPropertyName("grant"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PermissionsDocument? Grant = null,
    [property: JsonPropertyName("revoke"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PermissionsDocument? Revoke = null)
{
    public V2Role ToRole() => new(Role!, Permissions?.ToPermissions() ?? V2Permissions.None);

    public static RoleDocument Of(V2Role role) => new(role.Name, PermissionsDocument.Of(role.Permissions));
}

internal sealed record UserDocument(
    [property: JsonPropertyName("user")] string? User,
    [property: JsonPropertyName("password"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Password,
    [property: JsonPropertyName("roles")] string[]? Roles,
    [property: JsonPropertyName("grant"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? Grant = null,
    [property: JsonPropertyName("revoke"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? Revoke = null)
{
    public V2User ToUser() => new(User!, Password ?? "", Roles ?? []);

    /// <summary>With the hash: for the store, and for nobody else.</summary>
    public static UserDocument Stored(V2User user) => new(user.Name, user.PasswordHash, user.Roles);

    /// <summary>Without the hash.</summary>
    public static UserDocument Shown(V2User user) => new(user.Name, null, user.Roles);

    /// <summary>As <see cref="Shown"/>; a new user has no empty list of roles but none.</summary>
    public static UserDocument Created(V2User user) => new(user.Name, null, user.Roles.Length > 0 ? user.Roles : null);
}

internal sealed record FullUserDocument(
    [property: JsonPropertyName("user")] string User,
    [property: JsonPropertyName("roles"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RoleDocument[]? Roles);

internal sealed record UserListDocument([property: JsonPropertyName("users")] FullUserDocument[]? Users);

internal sealed record RoleListDocument([property: JsonPropertyName("roles")] RoleDocument[] Roles);

internal sealed record EnabledDocument([property: JsonPropertyName("enabled")] bool Enabled);

/// <summary>Serializers, made at compile time.</summary>
[JsonSerializable(typeof(RoleDocument))]
[JsonSerializable(typeof(UserDocument))]
[JsonSerializable(typeof(FullUserDocument))]
[JsonSerializable(typeof(UserListDocument))]
[JsonSerializable(typeof(RoleListDocument))]
[JsonSerializable(typeof(EnabledDocument))]
internal sealed partial class V2AuthJson : JsonSerializerContext
{
    /// <summary>Patterns and names as they are, not escaped for web pages.</summary>
    public static V2AuthJson Plain { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new GoTextConverter() },
    });
}
