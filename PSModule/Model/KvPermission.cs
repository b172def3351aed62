// One permission of a role: what, and on which keys.

using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Model;

/// <summary>What a role may do with one key or an interval of keys.</summary>
public sealed class KvPermission
{
    internal KvPermission(string role, Permission permission)
    {
        Role = role;
        Access = permission.Type switch
        {
            "READWRITE" => KvAccess.ReadWrite,
            "WRITE" => KvAccess.Write,
            _ => KvAccess.Read,
        };
        Keys = KeyRange.Between(permission.Key, permission.RangeEnd);
        From = KvText.Decode(permission.Key);
        To = permission.RangeEnd is null ? null : KvText.Decode(permission.RangeEnd);
    }

    /// <summary>The role that has it.</summary>
    public string Role { get; }

    /// <summary>What it allows.</summary>
    public KvAccess Access { get; }

    /// <summary>The key, or the first of the interval.</summary>
    public string From { get; }

    /// <summary>The first key after the interval; one zero character for no end; null for one key.</summary>
    public string? To { get; }

    internal KeyRange Keys { get; }

    /// <summary>The access and the keys, for example "ReadWrite prefix 'app/'".</summary>
    public override string ToString() => $"{Access} {Keys.Description}";
}
