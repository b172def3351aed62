// Users and roles as replicated state, and what a user may do.
namespace Kv.Core.Auth

open System
open System.Collections.Generic
open Kv.Core
open Kv.Core.Mvcc

/// What a user may do, worked out when first asked.
[<NoEquality; NoComparison>]
type internal Grants = {
    IsRoot: bool
    Read: KeyCover
    Write: KeyCover
}

[<NoEquality; NoComparison>]
type internal UserEntry = { User: User; Grants: Lazy<Grants> }

[<RequireQualifiedAccess>]
module internal Grants =
    /// The key behind which there is none that begins with it and is not longer.
    let private successor (key: byte[]) : byte[] = Array.append key [| 0uy |]

    let private interval (permission: Permission) : KeyInterval =
        match permission.RangeEnd with
        | [||] -> KeyInterval(permission.Key, successor permission.Key)
        | [| 0uy |] -> KeyInterval(permission.Key, null)
        | rangeEnd -> KeyInterval(permission.Key, rangeEnd)

    let private cover (permissions: Permission[]) (other: PermissionKind) : KeyCover =
        permissions
        |> Seq.filter (fun permission -> permission.Kind <> other)
        |> Seq.map interval
        |> KeyCover.Of

    let ofUser (roles: Map<string, Role>) (user: User) : Grants =
        let permissions =
            user.Roles
            |> Array.collect (fun name ->
                match Map.tryFind name roles with
                | Some role -> role.Permissions
                | None -> [||])

        {
            IsRoot = Array.contains Names.RootRole user.Roles
            Read = cover permissions PermissionKind.Write
            Write = cover permissions PermissionKind.Read
        }

/// Users, roles, and whether they matter: immutable, as of one applied index.
[<Sealed; AllowNullLiteral>]
type AuthState
    internal
    (isEnabled: bool, revision: uint64, users: Map<string, UserEntry>, roles: Map<string, Role>) =

    /// Nobody is known and nothing is checked.
    static member val Empty = AuthState(false, 1UL, Map.empty, Map.empty)

    /// Callers must say who they are, and may do what their roles allow.
    member _.IsEnabled = isEnabled
    /// Counts changes; 1 at first (A4).
    member _.Revision = revision

    member internal _.Entries = users
    member internal _.RoleMap = roles

    /// Users by name.
    member _.Users: IReadOnlyList<User> = [| for entry in users.Values -> entry.User |]

    /// Roles by name.
    member _.Roles: IReadOnlyList<Role> = Array.ofSeq roles.Values

    /// Nothing was ever changed.
    member internal _.IsUntouched =
        not isEnabled && revision = 1UL && users.IsEmpty && roles.IsEmpty

    /// The user, or null.
    member _.FindUser(name: string) : User =
        match Map.tryFind name users with
        | Some entry -> entry.User
        | None -> null

    /// The role, or null.
    member _.FindRole(name: string) : Role =
        match Map.tryFind name roles with
        | Some role -> role
        | None -> null

    /// What is allowed to roles is looked up as of now, whenever the caller made himself known.
    member private _.Demand(caller: Caller, allows: Grants -> bool) : StoreError =
        if not isEnabled || caller.IsNode then
            StoreError.None
        elif caller.Name.Length = 0 then
            StoreError.UserEmpty
        else
            match Map.tryFind caller.Name users with
            | Some entry when entry.Grants.Value.IsRoot || allows entry.Grants.Value ->
                StoreError.None
            | Some _
            | None -> StoreError.PermissionDenied

    /// As above; and what is allowed to a name only if that stands for the same user still (A4).
    member private this.DemandNow(caller: Caller, allows: Grants -> bool) : StoreError =
        if isEnabled && caller.Name.Length > 0 && caller.Revision < revision then
            StoreError.AuthOldRevision
        else
            this.Demand(caller, allows)

    /// Whether it is a user at all (A12).
    member this.CheckUser(caller: Caller) : StoreError = this.Demand(caller, (fun _ -> true))

    /// Whether it holds the root role (A11).
    member this.CheckRoot(caller: Caller) : StoreError = this.Demand(caller, _.IsRoot)

    /// Whether it may read all of an interval.
    member this.CheckRead
        (caller: Caller, key: ReadOnlyMemory<byte>, rangeEnd: ReadOnlyMemory<byte>)
        =
        this.DemandNow(caller, (fun grants -> grants.Read.Covers(key.Span, rangeEnd.Span)))

    /// Whether it may change all of an interval.
    member this.CheckWrite
        (caller: Caller, key: ReadOnlyMemory<byte>, rangeEnd: ReadOnlyMemory<byte>)
        =
        this.DemandNow(caller, (fun grants -> grants.Write.Covers(key.Span, rangeEnd.Span)))

    /// Whether it may see a user: itself, or as root (A10).
    member this.CheckUserRead(caller: Caller, name: string) : StoreError =
        if caller.Name.Length > 0 && caller.Name = name then
            this.CheckUser caller
        else
            this.CheckRoot caller

    /// Whether it may see a role: one it holds, or as root (A10).
    member this.CheckRoleRead(caller: Caller, name: string) : StoreError =
        let user = this.FindUser caller.Name

        if not (isNull user) && Array.contains name user.Roles then
            this.CheckUser caller
        else
            this.CheckRoot caller
