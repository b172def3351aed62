// Which path stands for which RPC (etcd-facts §1.1).
using Kv.Node.Grpc;

namespace Kv.Node.Json;

/// <summary>The gateway's paths.</summary>
internal static class JsonRoutes
{
    /// <summary>All streaming paths that are served.</summary>
    public static IReadOnlyDictionary<string, JsonStream> Streams(StreamCatalog rpcs) => new Dictionary<string, JsonStream>
    {
        ["/v3/watch"] = JsonStreams.Of(rpcs.Watch),
        ["/v3/lease/keepalive"] = JsonStreams.Of(rpcs.LeaseKeepAlive),
        ["/v3/maintenance/snapshot"] = JsonStreams.Of(rpcs.Snapshot),
        ["/v3/election/observe"] = JsonStreams.Of(rpcs.Observe),
    };

    /// <summary>All unary paths that are served.</summary>
    public static IReadOnlyDictionary<string, UnaryRpc> Unary(RpcCatalog rpcs) => new Dictionary<string, UnaryRpc>
    {
        ["/v3/kv/range"] = rpcs.Range,
        ["/v3/kv/put"] = rpcs.Put,
        ["/v3/kv/deleterange"] = rpcs.DeleteRange,
        ["/v3/kv/txn"] = rpcs.Txn,
        ["/v3/kv/compaction"] = rpcs.Compact,
        ["/v3/lease/grant"] = rpcs.LeaseGrant,
        ["/v3/lease/revoke"] = rpcs.LeaseRevoke,
        ["/v3/kv/lease/revoke"] = rpcs.LeaseRevoke,
        ["/v3/lease/timetolive"] = rpcs.LeaseTimeToLive,
        ["/v3/kv/lease/timetolive"] = rpcs.LeaseTimeToLive,
        ["/v3/lease/leases"] = rpcs.LeaseLeases,
        ["/v3/kv/lease/leases"] = rpcs.LeaseLeases,
        ["/v3/cluster/member/list"] = rpcs.MemberList,
        ["/v3/cluster/member/add"] = rpcs.MemberAdd,
        ["/v3/cluster/member/remove"] = rpcs.MemberRemove,
        ["/v3/cluster/member/update"] = rpcs.MemberUpdate,
        ["/v3/cluster/member/promote"] = rpcs.MemberPromote,
        ["/v3/maintenance/alarm"] = rpcs.Alarm,
        ["/v3/maintenance/status"] = rpcs.Status,
        ["/v3/maintenance/defragment"] = rpcs.Defragment,
        ["/v3/maintenance/hash"] = rpcs.Hash,
        ["/v3/maintenance/hashkv"] = rpcs.HashKv,
        ["/v3/maintenance/downgrade"] = rpcs.Downgrade,
        ["/v3/maintenance/transfer-leadership"] = rpcs.MoveLeader,
        ["/v3/auth/enable"] = rpcs.AuthEnable,
        ["/v3/auth/disable"] = rpcs.AuthDisable,
        ["/v3/auth/status"] = rpcs.AuthStatus,
        ["/v3/auth/authenticate"] = rpcs.Authenticate,
        ["/v3/auth/user/add"] = rpcs.UserAdd,
        ["/v3/auth/user/get"] = rpcs.UserGet,
        ["/v3/auth/user/list"] = rpcs.UserList,
        ["/v3/auth/user/delete"] = rpcs.UserDelete,
        ["/v3/auth/user/changepw"] = rpcs.UserChangePassword,
        ["/v3/auth/user/grant"] = rpcs.UserGrantRole,
        ["/v3/auth/user/revoke"] = rpcs.UserRevokeRole,
        ["/v3/auth/role/add"] = rpcs.RoleAdd,
        ["/v3/auth/role/get"] = rpcs.RoleGet,
        ["/v3/auth/role/list"] = rpcs.RoleList,
        ["/v3/auth/role/delete"] = rpcs.RoleDelete,
        ["/v3/auth/role/grant"] = rpcs.RoleGrantPermission,
        ["/v3/auth/role/revoke"] = rpcs.RoleRevokePermission,
        ["/v3/lock/lock"] = rpcs.Lock,
        ["/v3/lock/unlock"] = rpcs.Unlock,
        ["/v3/election/campaign"] = rpcs.Campaign,
        ["/v3/election/proclaim"] = rpcs.Proclaim,
        ["/v3/election/leader"] = rpcs.Leader,
        ["/v3/election/resign"] = rpcs.Resign,
    };
}
