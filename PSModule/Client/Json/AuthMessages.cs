// The messages of /v3/auth. The field that names a user or role differs from call to call, so requests
// have all of them and set what their call reads.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

/// <summary>authenticate, and user/add, get, delete, changepw and revoke.</summary>
internal sealed class UserRequest
{
    [JsonProperty("name")]
    public string Name { get; set; } = string.Empty;

    [JsonProperty("password")]
    public string? Password { get; set; }

    [JsonProperty("options")]
    public UserOptions? Options { get; set; }

    [JsonProperty("role")]
    public string? Role { get; set; }
}

/// <summary>Part of user/add.</summary>
internal sealed class UserOptions
{
    [JsonProperty("no_password")]
    public bool NoPassword { get; set; }
}

/// <summary>user/grant.</summary>
internal sealed class UserGrantRequest
{
    [JsonProperty("user")]
    public string User { get; set; } = string.Empty;

    [JsonProperty("role")]
    public string Role { get; set; } = string.Empty;
}

/// <summary>role/add and role/grant.</summary>
internal sealed class RoleNameRequest
{
    [JsonProperty("name")]
    public string Name { get; set; } = string.Empty;

    [JsonProperty("perm")]
    public Permission? Permission { get; set; }
}

/// <summary>role/get, role/delete and role/revoke.</summary>
internal sealed class RoleRequest
{
    [JsonProperty("role")]
    public string Role { get; set; } = string.Empty;

    [JsonProperty("key")]
    public byte[]? Key { get; set; }

    [JsonProperty("range_end")]
    public byte[]? RangeEnd { get; set; }
}

/// <summary>A permission of a role; READ is the default and left out.</summary>
internal sealed class Permission
{
    [JsonProperty("permType")]
    public string? Type { get; set; }

    [JsonProperty("key")]
    public byte[] Key { get; set; } = [];

    [JsonProperty("range_end")]
    public byte[]? RangeEnd { get; set; }
}

/// <summary>The answer of authenticate.</summary>
internal sealed class AuthenticateResponse
{
    [JsonProperty("token")]
    public string? Token { get; set; }
}

/// <summary>The answer of status.</summary>
internal sealed class AuthStatusResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("enabled")]
    public bool Enabled { get; set; }

    [JsonProperty("authRevision")]
    public long AuthRevision { get; set; }
}

/// <summary>The answer of user/get, user/list, role/get and role/list, each with its part of it.</summary>
internal sealed class AuthListResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("users")]
    public string[] Users { get; set; } = [];

    [JsonProperty("roles")]
    public string[] Roles { get; set; } = [];

    [JsonProperty("perm")]
    public Permission[] Permissions { get; set; } = [];
}
