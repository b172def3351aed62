// Users, roles and permissions as etcd has them (etcd-facts §1.6, A rows).
namespace Kv.Core.Auth

open System

type PermissionKind =
    | Read = 0
    | Write = 1
    | ReadWrite = 2

/// Leave to read or write some keys. An empty `RangeEnd` is the key alone, "\0" is everything from the key
/// on (A8).
[<Sealed; AllowNullLiteral>]
type Permission(kind: PermissionKind, key: byte[], rangeEnd: byte[]) =
    member _.Kind = kind
    member _.Key = key
    member _.RangeEnd = rangeEnd

    /// Whether both are about the same keys.
    member this.IsAbout(key: ReadOnlySpan<byte>, rangeEnd: ReadOnlySpan<byte>) : bool =
        key.SequenceEqual(ReadOnlySpan<byte> this.Key)
        && rangeEnd.SequenceEqual(ReadOnlySpan<byte> this.RangeEnd)

/// Permissions under a name.
[<Sealed; AllowNullLiteral>]
type Role(name: string, permissions: Permission[]) =
    member _.Name = name
    /// Ascending by key.
    member _.Permissions = permissions

[<Sealed; AllowNullLiteral>]
type User(name: string, passwordHash: string, roles: string[]) =
    member _.Name = name
    /// bcrypt's text; empty for a user that has none and comes in by certificate only (A16).
    member _.PasswordHash = passwordHash
    member _.HasPassword = passwordHash.Length > 0
    /// Ascending.
    member _.Roles = roles

/// Names that mean something by themselves.
[<RequireQualifiedAccess>]
module Names =
    /// The user that must be there before authentication can be switched on (A1).
    [<Literal>]
    let RootUser = "root"

    /// The role whose holders may do everything. It need not exist to be granted.
    [<Literal>]
    let RootRole = "root"

/// Who wants something done.
[<Sealed; AllowNullLiteral>]
type Caller private (kind: byte, name: string, revision: uint64) =
    /// A member itself, on its own account: everything is allowed.
    static member val Node = Caller(2uy, "", 0UL)

    /// Somebody who has not said who he is.
    static member val Nobody = Caller(0uy, "", 0UL)

    /// A user, known as such when the users were as of `revision`. Should they have changed since, it is
    /// refused as old (A4).
    static member User(name: string, revision: uint64) = Caller(1uy, name, revision)

    member _.IsNode = kind = 2uy
    member _.IsNobody = kind = 0uy
    /// Empty unless it is a user.
    member _.Name = name
    member _.Revision = revision
