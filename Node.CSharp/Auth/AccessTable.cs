// The one table of who may call what (A10–A12). An RPC that is not in it cannot be served: the node does not
// start. What "Content" means for a command is the other half, in the core (Access.fs).
namespace Kv.Node.Auth;

/// <summary>Rules by RPC.</summary>
internal static class AccessTable
{
    /// <summary>The rules, by service and method as in a gRPC path.</summary>
    public static IReadOnlyDictionary<string, AccessRule> Rules { get; } = new Dictionary<string, AccessRule>
    {
        ["etcdserverpb.KV/Range"] = AccessRule.Content,
        ["etcdserverpb.KV/RangeStream"] = AccessRule.Content,
        ["etcdserverpb.KV/Put"] = AccessRule.Content,
        ["etcdserverpb.KV/DeleteRange"] = AccessRule.Content,
        ["etcdserverpb.KV/Txn"] = AccessRule.Content,
        ["etcdserverpb.KV/Compact"] = AccessRule.Root,
        ["etcdserverpb.Watch/Watch"] = AccessRule.Content,
        ["etcdserverpb.Lease/LeaseGrant"] = AccessRule.User,
        ["etcdserverpb.Lease/LeaseRevoke"] = AccessRule.Content,
        ["etcdserverpb.Lease/LeaseKeepAlive"] = AccessRule.User,
        ["etcdserverpb.Lease/LeaseTimeToLive"] = AccessRule.Content,
        ["etcdserverpb.Lease/LeaseLeases"] = AccessRule.User,
        ["etcdserverpb.Cluster/MemberList"] = AccessRule.User,
        ["etcdserverpb.Cluster/MemberAdd"] = AccessRule.Root,
        ["etcdserverpb.Cluster/MemberRemove"] = AccessRule.Root,
        ["etcdserverpb.Cluster/MemberUpdate"] = AccessRule.Root,
        ["etcdserverpb.Cluster/MemberPromote"] = AccessRule.Root,
        ["etcdserverpb.Maintenance/Status"] = AccessRule.User,
        ["etcdserverpb.Maintenance/Alarm"] = AccessRule.Content,
        ["etcdserverpb.Maintenance/Defragment"] = AccessRule.Root,
        ["etcdserverpb.Maintenance/Hash"] = AccessRule.Root,
        ["etcdserverpb.Maintenance/HashKV"] = AccessRule.Root,
        ["etcdserverpb.Maintenance/Snapshot"] = AccessRule.Root,
        ["etcdserverpb.Maintenance/MoveLeader"] = AccessRule.Root,
        ["etcdserverpb.Maintenance/Downgrade"] = AccessRule.Root,
        ["etcdserverpb.Auth/AuthStatus"] = AccessRule.Open,
        ["etcdserverpb.Auth/Authenticate"] = AccessRule.Open,
        ["etcdserverpb.Auth/AuthEnable"] = AccessRule.Root,
        ["etcdserverpb.Auth/AuthDisable"] = AccessRule.Root,
        ["etcdserverpb.Auth/UserAdd"] = AccessRule.Root,
        ["etcdserverpb.Auth/UserGet"] = AccessRule.Content,
        ["etcdserverpb.Auth/UserList"] = AccessRule.Root,
        ["etcdserverpb.Auth/UserDelete"] = AccessRule.Root,
        ["etcdserverpb.Auth/UserChangePassword"] = AccessRule.Root,
        ["etcdserverpb.Auth/UserGrantRole"] = AccessRule.Root,
        ["etcdserverpb.Auth/UserRevokeRole"] = AccessRule.Root,
        ["etcdserverpb.Auth/RoleAdd"] = AccessRule.Root,
        ["etcdserverpb.Auth/RoleGet"] = AccessRule.Content,
        ["etcdserverpb.Auth/RoleList"] = AccessRule.Root,
        ["etcdserverpb.Auth/RoleDelete"] = AccessRule.Root,
        ["etcdserverpb.Auth/RoleGrantPermission"] = AccessRule.Root,
        ["etcdserverpb.Auth/RoleRevokePermission"] = AccessRule.Root,
        ["v3lockpb.Lock/Lock"] = AccessRule.Content,
        ["v3lockpb.Lock/Unlock"] = AccessRule.Content,
        ["v3electionpb.Election/Campaign"] = AccessRule.Content,
        ["v3electionpb.Election/Proclaim"] = AccessRule.Content,
        ["v3electionpb.Election/Leader"] = AccessRule.Content,
        ["v3electionpb.Election/Observe"] = AccessRule.Content,
        ["v3electionpb.Election/Resign"] = AccessRule.Content,
    };

    /// <summary>The rule of an RPC.</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    public static AccessRule Of(string service, string method) =>
        Rules.TryGetValue($"{service}/{method}", out var rule)
            ? rule
            : throw new InvalidOperationException($"{service}/{method} has no rule in the access table");
}
