// What becomes of changes of users and roles (A1, A4, A8, A13, A14).
namespace Kv.Core.Auth

open System
open Kv.Core.Mvcc

[<RequireQualifiedAccess>]
module internal AuthEdit =
    let entryOf (roles: Map<string, Role>) (user: User) : UserEntry = {
        User = user
        Grants = lazy (Grants.ofUser roles user)
    }

    /// A state of these users and roles.
    let create
        (isEnabled: bool)
        (revision: uint64)
        (users: seq<User>)
        (roles: Map<string, Role>)
        : AuthState =
        let entries =
            users |> Seq.map (fun user -> user.Name, entryOf roles user) |> Map.ofSeq

        AuthState(isEnabled, revision, entries, roles)

    let private refused (error: StoreError) (state: AuthState) : struct (StoreError * AuthState) =
        struct (error, state)

    /// The state after a change that counts.
    let private changed (state: AuthState) users roles : struct (StoreError * AuthState) =
        struct (StoreError.None, AuthState(state.IsEnabled, state.Revision + 1UL, users, roles))

    let private enable (state: AuthState) =
        let root = state.FindUser Names.RootUser

        if state.IsEnabled then
            refused StoreError.None state
        elif isNull root then
            refused StoreError.RootUserMissing state
        elif not (Array.contains Names.RootRole root.Roles) then
            refused StoreError.RootRoleMissing state
        else
            // As in etcd, this alone does not count as a change of users.
            struct (StoreError.None, AuthState(true, state.Revision, state.Entries, state.RoleMap))

    let private disable (state: AuthState) =
        if not state.IsEnabled then
            refused StoreError.None state
        else
            struct (StoreError.None,
                    AuthState(false, state.Revision + 1UL, state.Entries, state.RoleMap))

    let private withUser (state: AuthState) (user: User) =
        let entry = entryOf state.RoleMap user
        changed state (Map.add user.Name entry state.Entries) state.RoleMap

    let private userAdd (state: AuthState) (name: string) (hash: string) =
        if name.Length = 0 then
            refused StoreError.UserEmpty state
        elif not (isNull (state.FindUser name)) then
            refused StoreError.UserExists state
        else
            withUser state (User(name, hash, [||]))

    let private userDelete (state: AuthState) (name: string) =
        if state.IsEnabled && name = Names.RootUser then
            refused StoreError.InvalidAuthManagement state
        elif isNull (state.FindUser name) then
            refused StoreError.UserNotFound state
        else
            changed state (Map.remove name state.Entries) state.RoleMap

    /// A user without a password stays so, and the change counts all the same.
    let private userPassword (state: AuthState) (name: string) (hash: string) =
        match state.FindUser name with
        | null -> refused StoreError.UserNotFound state
        | user ->
            let hash = if user.HasPassword then hash else ""
            withUser state (User(name, hash, user.Roles))

    let private userGrant (state: AuthState) (name: string) (role: string) =
        match state.FindUser name with
        | null -> refused StoreError.UserNotFound state
        | _ when role <> Names.RootRole && isNull (state.FindRole role) ->
            refused StoreError.RoleNotFound state
        | user when Array.contains role user.Roles -> refused StoreError.None state
        | user ->
            let roles = Array.append user.Roles [| role |]
            Array.Sort(roles, StringComparer.Ordinal)
            withUser state (User(name, user.PasswordHash, roles))

    let private withoutRole (role: string) (user: User) : User =
        User(user.Name, user.PasswordHash, Array.filter (fun held -> held <> role) user.Roles)

    let private userRevoke (state: AuthState) (name: string) (role: string) =
        if state.IsEnabled && name = Names.RootUser && role = Names.RootRole then
            refused StoreError.InvalidAuthManagement state
        else
            match state.FindUser name with
            | null -> refused StoreError.UserNotFound state
            | user when not (Array.contains role user.Roles) ->
                refused StoreError.RoleNotGranted state
            | user -> withUser state (withoutRole role user)

    /// Users as they are with other roles: those that hold the one that changed are worked out anew.
    let private withRoles (state: AuthState) (changedRole: string) (roles: Map<string, Role>) =
        let renew _ (entry: UserEntry) =
            if Array.contains changedRole entry.User.Roles then
                entryOf roles entry.User
            else
                entry

        changed state (Map.map renew state.Entries) roles

    let private roleAdd (state: AuthState) (name: string) =
        if name.Length = 0 then
            refused StoreError.RoleEmpty state
        elif not (isNull (state.FindRole name)) then
            refused StoreError.RoleExists state
        else
            withRoles state name (Map.add name (Role(name, [||])) state.RoleMap)

    /// It goes from those who hold it, too (A14).
    let private roleDelete (state: AuthState) (name: string) =
        if state.IsEnabled && name = Names.RootRole then
            refused StoreError.InvalidAuthManagement state
        elif isNull (state.FindRole name) then
            refused StoreError.RoleNotFound state
        else
            let roles = Map.remove name state.RoleMap

            let strip _ (entry: UserEntry) =
                if Array.contains name entry.User.Roles then
                    entryOf roles (withoutRole name entry.User)
                else
                    entry

            changed state (Map.map strip state.Entries) roles

    let private isRange (permission: Permission) : bool =
        permission.Key.Length > 0
        && match permission.RangeEnd with
           | [||]
           | [| 0uy |] -> true
           | rangeEnd ->
               MemoryExtensions.SequenceCompareTo(
                   ReadOnlySpan<byte> permission.Key,
                   ReadOnlySpan<byte> rangeEnd
               )
                   <
                   0

    let private replaceRole (state: AuthState) (role: Role) =
        withRoles state role.Name (Map.add role.Name role state.RoleMap)

    let private isOther (key: byte[]) (rangeEnd: byte[]) (permission: Permission) : bool =
        not (permission.IsAbout(ReadOnlySpan<byte> key, ReadOnlySpan<byte> rangeEnd))

    /// For keys it has a permission for already, that is replaced.
    let private roleGrant (state: AuthState) (name: string) (permission: Permission) =
        if not (isRange permission) then
            refused StoreError.InvalidAuthManagement state
        else
            match state.FindRole name with
            | null -> refused StoreError.RoleNotFound state
            | role ->
                let others =
                    Array.filter (isOther permission.Key permission.RangeEnd) role.Permissions

                let order (a: Permission) (b: Permission) =
                    let byKey =
                        MemoryExtensions.SequenceCompareTo(
                            ReadOnlySpan<byte> a.Key,
                            ReadOnlySpan<byte> b.Key
                        )

                    if byKey <> 0 then
                        byKey
                    else
                        MemoryExtensions.SequenceCompareTo(
                            ReadOnlySpan<byte> a.RangeEnd,
                            ReadOnlySpan<byte> b.RangeEnd
                        )

                let all = Array.append others [| permission |]
                Array.sortInPlaceWith order all
                replaceRole state (Role(name, all))

    let private roleRevoke (state: AuthState) (name: string) (key: byte[]) (rangeEnd: byte[]) =
        match state.FindRole name with
        | null -> refused StoreError.RoleNotFound state
        | role ->
            let others = Array.filter (isOther key rangeEnd) role.Permissions

            if others.Length = role.Permissions.Length then
                refused StoreError.PermissionNotGranted state
            else
                replaceRole state (Role(name, others))

    /// The state after a change; the same object if it did nothing or was refused.
    let apply (state: AuthState) (change: AuthChange) : struct (StoreError * AuthState) =
        match change with
        | AuthChange.Enable -> enable state
        | AuthChange.Disable -> disable state
        | AuthChange.UserAdd(name, hash) -> userAdd state name hash
        | AuthChange.UserDelete name -> userDelete state name
        | AuthChange.UserPassword(name, hash) -> userPassword state name hash
        | AuthChange.UserGrant(name, role) -> userGrant state name role
        | AuthChange.UserRevoke(name, role) -> userRevoke state name role
        | AuthChange.RoleAdd name -> roleAdd state name
        | AuthChange.RoleDelete name -> roleDelete state name
        | AuthChange.RoleGrant(name, permission) -> roleGrant state name permission
        | AuthChange.RoleRevoke(name, key, rangeEnd) -> roleRevoke state name key rangeEnd
