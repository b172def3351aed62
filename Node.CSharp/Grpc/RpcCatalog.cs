// All unary RPCs that are served, each named once. gRPC services and the JSON gateway are two ways
// into this catalog.
using Kv.Node.Auth;
using Kv.Node.Concurrency;
using Kv.Node.Protos;
using Kv.Node.Protos.Elections;
using Kv.Node.Protos.Locks;

namespace Kv.Node.Grpc;

/// <summary>The served unary RPCs.</summary>
internal sealed class RpcCatalog(
    RpcGate gate,
    KvCalls kv,
    LeaseCalls lease,
    ClusterCalls cluster,
    MaintenanceCalls maintenance,
    DowngradeCalls downgrade,
    AuthCalls auth,
    LockCalls locks,
    ElectionCalls elections)
{
    private const string KvName = "etcdserverpb.KV";
    private const string LeaseName = "etcdserverpb.Lease";
    private const string ClusterName = "etcdserverpb.Cluster";
    private const string MaintenanceName = "etcdserverpb.Maintenance";
    private const string AuthName = "etcdserverpb.Auth";
    private const string LockName = "v3lockpb.Lock";
    private const string ElectionName = "v3electionpb.Election";

    public UnaryRpc<RangeRequest, RangeResponse> Range { get; } =
        new(gate, KvName, "Range", kv.RangeAsync, static request => request.Serializable);

    public UnaryRpc<PutRequest, PutResponse> Put { get; } = new(gate, KvName, "Put", kv.PutAsync);

    public UnaryRpc<DeleteRangeRequest, DeleteRangeResponse> DeleteRange { get; } =
        new(gate, KvName, "DeleteRange", kv.DeleteRangeAsync);

    public UnaryRpc<TxnRequest, TxnResponse> Txn { get; } = new(gate, KvName, "Txn", kv.TxnAsync);

    public UnaryRpc<CompactionRequest, CompactionResponse> Compact { get; } =
        new(gate, KvName, "Compact", kv.CompactAsync);

    public UnaryRpc<LeaseGrantRequest, LeaseGrantResponse> LeaseGrant { get; } =
        new(gate, LeaseName, "LeaseGrant", lease.GrantAsync);

    public UnaryRpc<LeaseRevokeRequest, LeaseRevokeResponse> LeaseRevoke { get; } =
        new(gate, LeaseName, "LeaseRevoke", lease.RevokeAsync);

    public UnaryRpc<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse> LeaseTimeToLive { get; } =
        new(gate, LeaseName, "LeaseTimeToLive", lease.TimeToLiveAsync);

    public UnaryRpc<LeaseLeasesRequest, LeaseLeasesResponse> LeaseLeases { get; } =
        new(gate, LeaseName, "LeaseLeases", lease.LeasesAsync);

    public UnaryRpc<MemberListRequest, MemberListResponse> MemberList { get; } =
        new(gate, ClusterName, "MemberList", cluster.MemberListAsync);

    public UnaryRpc<MemberAddRequest, MemberAddResponse> MemberAdd { get; } =
        new(gate, ClusterName, "MemberAdd", cluster.MemberAddAsync);

    public UnaryRpc<MemberRemoveRequest, MemberRemoveResponse> MemberRemove { get; } =
        new(gate, ClusterName, "MemberRemove", cluster.MemberRemoveAsync);

    public UnaryRpc<MemberUpdateRequest, MemberUpdateResponse> MemberUpdate { get; } =
        new(gate, ClusterName, "MemberUpdate", cluster.MemberUpdateAsync);

    public UnaryRpc<MemberPromoteRequest, MemberPromoteResponse> MemberPromote { get; } =
        new(gate, ClusterName, "MemberPromote", cluster.MemberPromoteAsync);

    public UnaryRpc<StatusRequest, StatusResponse> Status { get; } =
        new(gate, MaintenanceName, "Status", maintenance.StatusAsync, static _ => true);

    public UnaryRpc<HashKVRequest, HashKVResponse> HashKv { get; } =
        new(gate, MaintenanceName, "HashKV", maintenance.HashKvAsync);

    public UnaryRpc<HashRequest, HashResponse> Hash { get; } =
        new(gate, MaintenanceName, "Hash", maintenance.HashAsync);

    public UnaryRpc<DefragmentRequest, DefragmentResponse> Defragment { get; } =
        new(gate, MaintenanceName, "Defragment", MaintenanceCalls.DefragmentAsync);

    public UnaryRpc<AlarmRequest, AlarmResponse> Alarm { get; } =
        new(gate, MaintenanceName, "Alarm", maintenance.AlarmAsync);

    public UnaryRpc<DowngradeRequest, DowngradeResponse> Downgrade { get; } =
        new(gate, MaintenanceName, "Downgrade", downgrade.DowngradeAsync);

    public UnaryRpc<MoveLeaderRequest, MoveLeaderResponse> MoveLeader { get; } =
        new(gate, MaintenanceName, "MoveLeader", maintenance.MoveLeaderAsync);

    public UnaryRpc<AuthEnableRequest, AuthEnableResponse> AuthEnable { get; } =
        new(gate, AuthName, "AuthEnable", auth.EnableAsync);

    public UnaryRpc<AuthDisableRequest, AuthDisableResponse> AuthDisable { get; } =
        new(gate, AuthName, "AuthDisable", auth.DisableAsync);

    public UnaryRpc<AuthStatusRequest, AuthStatusResponse> AuthStatus { get; } =
        new(gate, AuthName, "AuthStatus", auth.StatusAsync);

    public UnaryRpc<AuthenticateRequest, AuthenticateResponse> Authenticate { get; } =
        new(gate, AuthName, "Authenticate", auth.AuthenticateAsync);

    public UnaryRpc<AuthUserAddRequest, AuthUserAddResponse> UserAdd { get; } =
        new(gate, AuthName, "UserAdd", auth.UserAddAsync);

    public UnaryRpc<AuthUserGetRequest, AuthUserGetResponse> UserGet { get; } =
        new(gate, AuthName, "UserGet", auth.UserGetAsync);

    public UnaryRpc<AuthUserListRequest, AuthUserListResponse> UserList { get; } =
        new(gate, AuthName, "UserList", auth.UserListAsync);

    public UnaryRpc<AuthUserDeleteRequest, AuthUserDeleteResponse> UserDelete { get; } =
        new(gate, AuthName, "UserDelete", auth.UserDeleteAsync);

    public UnaryRpc<AuthUserChangePasswordRequest, AuthUserChangePasswordResponse> UserChangePassword { get; } =
        new(gate, AuthName, "UserChangePassword", auth.UserChangePasswordAsync);

    public UnaryRpc<AuthUserGrantRoleRequest, AuthUserGrantRoleResponse> UserGrantRole { get; } =
        new(gate, AuthName, "UserGrantRole", auth.UserGrantRoleAsync);

    public UnaryRpc<AuthUserRevokeRoleRequest, AuthUserRevokeRoleResponse> UserRevokeRole { get; } =
        new(gate, AuthName, "UserRevokeRole", auth.UserRevokeRoleAsync);

    public UnaryRpc<AuthRoleAddRequest, AuthRoleAddResponse> RoleAdd { get; } =
        new(gate, AuthName, "RoleAdd", auth.RoleAddAsync);

    public UnaryRpc<AuthRoleGetRequest, AuthRoleGetResponse> RoleGet { get; } =
        new(gate, AuthName, "RoleGet", auth.RoleGetAsync);

    public UnaryRpc<AuthRoleListRequest, AuthRoleListResponse> RoleList { get; } =
        new(gate, AuthName, "RoleList", auth.RoleListAsync);

    public UnaryRpc<AuthRoleDeleteRequest, AuthRoleDeleteResponse> RoleDelete { get; } =
        new(gate, AuthName, "RoleDelete", auth.RoleDeleteAsync);

    public UnaryRpc<AuthRoleGrantPermissionRequest, AuthRoleGrantPermissionResponse> RoleGrantPermission { get; } =
        new(gate, AuthName, "RoleGrantPermission", auth.RoleGrantPermissionAsync);

    public UnaryRpc<AuthRoleRevokePermissionRequest, AuthRoleRevokePermissionResponse> RoleRevokePermission { get; } =
        new(gate, AuthName, "RoleRevokePermission", auth.RoleRevokePermissionAsync);

    public UnaryRpc<LockRequest, LockResponse> Lock { get; } =
        new(gate, LockName, "Lock", OwnClientErrors.Of<LockRequest, LockResponse>(locks.LockAsync));

    public UnaryRpc<UnlockRequest, UnlockResponse> Unlock { get; } =
        new(gate, LockName, "Unlock", OwnClientErrors.Of<UnlockRequest, UnlockResponse>(locks.UnlockAsync));

    public UnaryRpc<CampaignRequest, CampaignResponse> Campaign { get; } =
        new(gate, ElectionName, "Campaign", OwnClientErrors.Of<CampaignRequest, CampaignResponse>(elections.CampaignAsync));

    public UnaryRpc<ProclaimRequest, ProclaimResponse> Proclaim { get; } =
        new(gate, ElectionName, "Proclaim", OwnClientErrors.Of<ProclaimRequest, ProclaimResponse>(elections.ProclaimAsync));

    public UnaryRpc<LeaderRequest, LeaderResponse> Leader { get; } =
        new(gate, ElectionName, "Leader", OwnClientErrors.Of<LeaderRequest, LeaderResponse>(elections.LeaderAsync));

    public UnaryRpc<ResignRequest, ResignResponse> Resign { get; } =
        new(gate, ElectionName, "Resign", OwnClientErrors.Of<ResignRequest, ResignResponse>(elections.ResignAsync));
}
