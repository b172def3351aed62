// The Auth service over gRPC.
using Grpc.Core;
using Kv.Node.Grpc;
using Kv.Node.Protos;

namespace Kv.Node.Auth;

/// <summary>gRPC front of <see cref="AuthCalls"/>.</summary>
internal sealed class AuthService(RpcCatalog rpcs) : Protos.Auth.AuthBase
{
    public override Task<AuthEnableResponse> AuthEnable(AuthEnableRequest request, ServerCallContext context) =>
        rpcs.AuthEnable.ServeAsync(request, context);

    public override Task<AuthDisableResponse> AuthDisable(AuthDisableRequest request, ServerCallContext context) =>
        rpcs.AuthDisable.ServeAsync(request, context);

    public override Task<AuthStatusResponse> AuthStatus(AuthStatusRequest request, ServerCallContext context) =>
        rpcs.AuthStatus.ServeAsync(request, context);

    public override Task<AuthenticateResponse> Authenticate(AuthenticateRequest request, ServerCallContext context) =>
        rpcs.Authenticate.ServeAsync(request, context);

    public override Task<AuthUserAddResponse> UserAdd(AuthUserAddRequest request, ServerCallContext context) =>
        rpcs.UserAdd.ServeAsync(request, context);

    public override Task<AuthUserGetResponse> UserGet(AuthUserGetRequest request, ServerCallContext context) =>
        rpcs.UserGet.ServeAsync(request, context);

    public override Task<AuthUserListResponse> UserList(AuthUserListRequest request, ServerCallContext context) =>
        rpcs.UserList.ServeAsync(request, context);

    public override Task<AuthUserDeleteResponse> UserDelete(AuthUserDeleteRequest request, ServerCallContext context) =>
        rpcs.UserDelete.ServeAsync(request, context);

    public override Task<AuthUserChangePasswordResponse> UserChangePassword(AuthUserChangePasswordRequest request, ServerCallContext context) =>
        rpcs.UserChangePassword.ServeAsync(request, context);

    public override Task<AuthUserGrantRoleResponse> UserGrantRole(AuthUserGrantRoleRequest request, ServerCallContext context) =>
        rpcs.UserGrantRole.ServeAsync(request, context);

    public override Task<AuthUserRevokeRoleResponse> UserRevokeRole(AuthUserRevokeRoleRequest request, ServerCallContext context) =>
        rpcs.UserRevokeRole.ServeAsync(request, context);

    public override Task<AuthRoleAddResponse> RoleAdd(AuthRoleAddRequest request, ServerCallContext context) =>
        rpcs.RoleAdd.ServeAsync(request, context);

    public override Task<AuthRoleGetResponse> RoleGet(AuthRoleGetRequest request, ServerCallContext context) =>
        rpcs.RoleGet.ServeAsync(request, context);

    public override Task<AuthRoleListResponse> RoleList(AuthRoleListRequest request, ServerCallContext context) =>
        rpcs.RoleList.ServeAsync(request, context);

    public override Task<AuthRoleDeleteResponse> RoleDelete(AuthRoleDeleteRequest request, ServerCallContext context) =>
        rpcs.RoleDelete.ServeAsync(request, context);

    public override Task<AuthRoleGrantPermissionResponse> RoleGrantPermission(AuthRoleGrantPermissionRequest request, ServerCallContext context) =>
        rpcs.RoleGrantPermission.ServeAsync(request, context);

    public override Task<AuthRoleRevokePermissionResponse> RoleRevokePermission(AuthRoleRevokePermissionRequest request, ServerCallContext context) =>
        rpcs.RoleRevokePermission.ServeAsync(request, context);
}
