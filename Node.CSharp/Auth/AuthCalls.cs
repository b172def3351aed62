// What the Auth service does, apart from how a call arrives.
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Mvcc;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Grpc.Mapping;
using Kv.Node.Protos;
using Permission = Kv.Core.Auth.Permission;

namespace Kv.Node.Auth;

/// <summary>Handlers of the Auth service; they throw <see cref="EtcdException"/>.</summary>
internal sealed class AuthCalls(NodeEngine engine, ResponseHeaders headers, Passwords passwords, ITokens tokens)
{
    public async ValueTask<AuthEnableResponse> EnableAsync(AuthEnableRequest request, Caller caller, CancellationToken token) =>
        new() { Header = await ChangeAsync(AuthChange.Enable, caller, token) };

    public async ValueTask<AuthDisableResponse> DisableAsync(AuthDisableRequest request, Caller caller, CancellationToken token) =>
        new() { Header = await ChangeAsync(AuthChange.Disable, caller, token) };

    public async ValueTask<AuthStatusResponse> StatusAsync(AuthStatusRequest request, Caller caller, CancellationToken token)
    {
        var state = await engine.ReadAsync(token);
        return new AuthStatusResponse
        {
            Header = headers.At(state.Revision),
            Enabled = state.Auth.IsEnabled,
            AuthRevision = state.Auth.Revision,
        };
    }

    /// <summary>The password is compared outside of the log; should users change meanwhile, it is compared again (A6).</summary>
    public async ValueTask<AuthenticateResponse> AuthenticateAsync(
        AuthenticateRequest request, Caller caller, CancellationToken token)
    {
        while (true)
        {
            var auth = (await engine.ReadAsync(token)).Auth;
            if (!auth.IsEnabled)
            {
                throw EtcdErrors.AuthNotEnabled;
            }

            var user = auth.FindUser(request.Name);
            if (user is { HasPassword: false })
            {
                throw EtcdErrors.NoPasswordUser;
            }

            if (!await passwords.IsRightAsync(request.Password, user?.PasswordHash, token) || user is null)
            {
                throw EtcdErrors.AuthFailed;
            }

            try
            {
                var text = await tokens.IssueAsync(user.Name, auth.Revision, token);
                return new AuthenticateResponse { Header = headers.Now(), Token = text };
            }
            catch (EtcdException e) when (e.Message == EtcdErrors.AuthOldRevision.Message)
            {
                token.ThrowIfCancellationRequested();
            }
        }
    }

    public async ValueTask<AuthUserAddResponse> UserAddAsync(AuthUserAddRequest request, Caller caller, CancellationToken token)
    {
        if (request.Name.Length == 0)
        {
            throw EtcdErrors.UserEmpty;
        }

        var hash = request.Options?.NoPassword == true ? "" : await passwords.HashAsync(request.Password, token);
        return new AuthUserAddResponse
        {
            Header = await ChangeAsync(AuthChange.NewUserAdd(request.Name, hash), caller, token),
        };
    }

    public async ValueTask<AuthUserGetResponse> UserGetAsync(AuthUserGetRequest request, Caller caller, CancellationToken token)
    {
        var state = await ReadAsync(auth => auth.CheckUserRead(caller, request.Name), token);
        var user = state.Auth.FindUser(request.Name) ?? throw EtcdErrors.UserNotFound;
        var response = new AuthUserGetResponse { Header = headers.At(state.Revision) };
        response.Roles.Add(user.Roles);
        return response;
    }

    public async ValueTask<AuthUserListResponse> UserListAsync(AuthUserListRequest request, Caller caller, CancellationToken token)
    {
        var state = await ReadAsync(auth => auth.CheckRoot(caller), token);
        var response = new AuthUserListResponse { Header = headers.At(state.Revision) };
        response.Users.Add(state.Auth.Users.Select(user => user.Name));
        return response;
    }

    public async ValueTask<AuthUserDeleteResponse> UserDeleteAsync(
        AuthUserDeleteRequest request, Caller caller, CancellationToken token) =>
        new() { Header = await ChangeAsync(AuthChange.NewUserDelete(request.Name), caller, token) };

    public async ValueTask<AuthUserChangePasswordResponse> UserChangePasswordAsync(
        AuthUserChangePasswordRequest request, Caller caller, CancellationToken token)
    {
        var hash = await passwords.HashAsync(request.Password, token);
        return new AuthUserChangePasswordResponse
        {
            Header = await ChangeAsync(AuthChange.NewUserPassword(request.Name, hash), caller, token),
        };
    }

    public async ValueTask<AuthUserGrantRoleResponse> UserGrantRoleAsync(
        AuthUserGrantRoleRequest request, Caller caller, CancellationToken token) =>
        new() { Header = await ChangeAsync(AuthChange.NewUserGrant(request.User, request.Role), caller, token) };

    public async ValueTask<AuthUserRevokeRoleResponse> UserRevokeRoleAsync(
        AuthUserRevokeRoleRequest request, Caller caller, CancellationToken token) =>
        new() { Header = await ChangeAsync(AuthChange.NewUserRevoke(request.Name, request.Role), caller, token) };

    public async ValueTask<AuthRoleAddResponse> RoleAddAsync(AuthRoleAddRequest request, Caller caller, CancellationToken token) =>
        new() { Header = await ChangeAsync(AuthChange.NewRoleAdd(request.Name), caller, token) };

    public async ValueTask<AuthRoleGetResponse> RoleGetAsync(AuthRoleGetRequest request, Caller caller, CancellationToken token)
    {
        var state = await ReadAsync(auth => auth.CheckRoleRead(caller, request.Role), token);
        var role = state.Auth.FindRole(request.Role) ?? throw EtcdErrors.RoleNotFound;
        var response = new AuthRoleGetResponse { Header = headers.At(state.Revision) };
        if (role.Name == Names.RootRole)
        {
            // It may do everything, whatever it was granted (A15).
            response.Perm.Add(new Protos.Permission
            {
                PermType = Protos.Permission.Types.Type.Readwrite,
                RangeEnd = Google.Protobuf.ByteString.CopyFrom(0),
            });
            return response;
        }

        foreach (var permission in role.Permissions)
        {
            response.Perm.Add(new Protos.Permission
            {
                PermType = (Protos.Permission.Types.Type)permission.Kind,
                Key = Bytes.Wrap(permission.Key),
                RangeEnd = Bytes.Wrap(permission.RangeEnd),
            });
        }

        return response;
    }

    public async ValueTask<AuthRoleListResponse> RoleListAsync(AuthRoleListRequest request, Caller caller, CancellationToken token)
    {
        var state = await ReadAsync(auth => auth.CheckRoot(caller), token);
        var response = new AuthRoleListResponse { Header = headers.At(state.Revision) };
        response.Roles.Add(state.Auth.Roles.Select(role => role.Name));
        return response;
    }

    public async ValueTask<AuthRoleDeleteResponse> RoleDeleteAsync(
        AuthRoleDeleteRequest request, Caller caller, CancellationToken token) =>
        new() { Header = await ChangeAsync(AuthChange.NewRoleDelete(request.Role), caller, token) };

    public async ValueTask<AuthRoleGrantPermissionResponse> RoleGrantPermissionAsync(
        AuthRoleGrantPermissionRequest request, Caller caller, CancellationToken token)
    {
        var given = request.Perm ?? throw EtcdErrors.PermissionNotGiven;
        if (!Enum.IsDefined(given.PermType))
        {
            throw EtcdErrors.InvalidAuthManagement;
        }

        var permission = new Permission(
            (PermissionKind)given.PermType, given.Key.ToByteArray(), given.RangeEnd.ToByteArray());
        return new AuthRoleGrantPermissionResponse
        {
            Header = await ChangeAsync(AuthChange.NewRoleGrant(request.Name, permission), caller, token),
        };
    }

    public async ValueTask<AuthRoleRevokePermissionResponse> RoleRevokePermissionAsync(
        AuthRoleRevokePermissionRequest request, Caller caller, CancellationToken token)
    {
        var change = AuthChange.NewRoleRevoke(request.Role, request.Key.ToByteArray(), request.RangeEnd.ToByteArray());
        return new AuthRoleRevokePermissionResponse { Header = await ChangeAsync(change, caller, token) };
    }

    private async ValueTask<ResponseHeader> ChangeAsync(AuthChange change, Caller caller, CancellationToken token)
    {
        var outcome = await engine.ProposeAsync(Command.NewAuth(change), caller, token);
        return headers.At(outcome.ReplyOrThrow<Reply>().Revision);
    }

    private async ValueTask<StoreState> ReadAsync(Func<AuthState, StoreError> check, CancellationToken token)
    {
        var state = await engine.ReadAsync(token);
        StoreErrors.ThrowIfAny(check(state.Auth));
        return state;
    }
}
