// What can be changed about users and roles, and how it travels in log entries.
namespace Kv.Core.Auth

open System
open Kv.Core

/// A change of users, roles, or of whether they matter.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type AuthChange =
    | Enable
    | Disable
    /// An empty hash is a user without a password.
    | UserAdd of Name: string * PasswordHash: string
    | UserDelete of Name: string
    | UserPassword of Name: string * PasswordHash: string
    | UserGrant of Name: string * Role: string
    | UserRevoke of Name: string * Role: string
    | RoleAdd of Name: string
    | RoleDelete of Name: string
    | RoleGrant of Name: string * Permission: Permission
    | RoleRevoke of Name: string * Key: byte[] * RangeEnd: byte[]

/// Bytes of changes, users and roles. Tags are never used again for anything else.
[<RequireQualifiedAccess>]
module internal AuthCodec =
    [<Literal>]
    let private Enable = 1uy

    [<Literal>]
    let private Disable = 2uy

    [<Literal>]
    let private UserAdd = 3uy

    [<Literal>]
    let private UserDelete = 4uy

    [<Literal>]
    let private UserPassword = 5uy

    [<Literal>]
    let private UserGrant = 6uy

    [<Literal>]
    let private UserRevoke = 7uy

    [<Literal>]
    let private RoleAdd = 8uy

    [<Literal>]
    let private RoleDelete = 9uy

    [<Literal>]
    let private RoleGrant = 10uy

    [<Literal>]
    let private RoleRevoke = 11uy

    let private span (bytes: byte[]) = ReadOnlySpan<byte> bytes

    let private writePermission (writer: FieldWriter) (permission: Permission) : unit =
        writer.Byte(byte permission.Kind)
        writer.Bytes(span permission.Key)
        writer.Bytes(span permission.RangeEnd)

    let private readPermission (reader: byref<FieldReader>) : Permission =
        let kind = enum<PermissionKind>(int (reader.ByteUpTo 2uy))
        let key = reader.Bytes().ToArray()
        Permission(kind, key, reader.Bytes().ToArray())

    let writeRole (writer: FieldWriter) (role: Role) : unit =
        writer.Text role.Name
        writer.Varint(uint64 role.Permissions.Length)

        for permission in role.Permissions do
            writePermission writer permission

    let readRole (reader: byref<FieldReader>) : Role =
        let name = reader.Text()
        let permissions = Array.zeroCreate<Permission>(reader.Count 3)

        for i in 0 .. permissions.Length - 1 do
            permissions[i] <- readPermission &reader

        Role(name, permissions)

    let writeUser (writer: FieldWriter) (user: User) : unit =
        writer.Text user.Name
        writer.Text user.PasswordHash
        writer.Texts user.Roles

    let readUser (reader: byref<FieldReader>) : User =
        let name = reader.Text()
        let hash = reader.Text()
        User(name, hash, reader.Texts())

    let private writeTwo (writer: FieldWriter) (tag: byte) (first: string) (second: string) : unit =
        writer.Byte tag
        writer.Text first
        writer.Text second

    let private writeOne (writer: FieldWriter) (tag: byte) (name: string) : unit =
        writer.Byte tag
        writer.Text name

    let write (writer: FieldWriter) (change: AuthChange) : unit =
        match change with
        | AuthChange.Enable -> writer.Byte Enable
        | AuthChange.Disable -> writer.Byte Disable
        | AuthChange.UserAdd(name, hash) -> writeTwo writer UserAdd name hash
        | AuthChange.UserDelete name -> writeOne writer UserDelete name
        | AuthChange.UserPassword(name, hash) -> writeTwo writer UserPassword name hash
        | AuthChange.UserGrant(name, role) -> writeTwo writer UserGrant name role
        | AuthChange.UserRevoke(name, role) -> writeTwo writer UserRevoke name role
        | AuthChange.RoleAdd name -> writeOne writer RoleAdd name
        | AuthChange.RoleDelete name -> writeOne writer RoleDelete name
        | AuthChange.RoleGrant(name, permission) ->
            writeOne writer RoleGrant name
            writePermission writer permission
        | AuthChange.RoleRevoke(name, key, rangeEnd) ->
            writeOne writer RoleRevoke name
            writer.Bytes(span key)
            writer.Bytes(span rangeEnd)

    let private readTwo (reader: byref<FieldReader>) : struct (string * string) =
        let first = reader.Text()
        struct (first, reader.Text())

    let private readGrant (reader: byref<FieldReader>) : AuthChange =
        let name = reader.Text()
        AuthChange.RoleGrant(name, readPermission &reader)

    let private readRevoke (reader: byref<FieldReader>) : AuthChange =
        let name = reader.Text()
        let key = reader.Bytes().ToArray()
        AuthChange.RoleRevoke(name, key, reader.Bytes().ToArray())

    /// Incomplete if the reader has failed: then it must not be used.
    let read (reader: byref<FieldReader>) : AuthChange =
        match reader.Byte() with
        | Enable -> AuthChange.Enable
        | Disable -> AuthChange.Disable
        | UserAdd ->
            let struct (name, hash) = readTwo &reader
            AuthChange.UserAdd(name, hash)
        | UserDelete -> AuthChange.UserDelete(reader.Text())
        | UserPassword ->
            let struct (name, hash) = readTwo &reader
            AuthChange.UserPassword(name, hash)
        | UserGrant ->
            let struct (name, role) = readTwo &reader
            AuthChange.UserGrant(name, role)
        | UserRevoke ->
            let struct (name, role) = readTwo &reader
            AuthChange.UserRevoke(name, role)
        | RoleAdd -> AuthChange.RoleAdd(reader.Text())
        | RoleDelete -> AuthChange.RoleDelete(reader.Text())
        | RoleGrant -> readGrant &reader
        | RoleRevoke -> readRevoke &reader
        | _ ->
            reader.Fail()
            Unchecked.defaultof<AuthChange>

/// Bytes of a caller, behind a command: nothing for one who is nobody, so that entries of clusters without
/// authentication carry none.
[<RequireQualifiedAccess>]
module internal CallerCodec =
    [<Literal>]
    let private Node = 1uy

    [<Literal>]
    let private User = 2uy

    let write (writer: FieldWriter) (caller: Caller) : unit =
        if caller.IsNode then
            writer.Byte Node
        elif not caller.IsNobody then
            writer.Byte User
            writer.Text caller.Name
            writer.Varint caller.Revision

    let read (reader: byref<FieldReader>) : Caller =
        if reader.Left = 0 then
            Caller.Nobody
        else
            match reader.Byte() with
            | Node -> Caller.Node
            | User ->
                let name = reader.Text()
                Caller.User(name, reader.Varint())
            | _ ->
                reader.Fail()
                Caller.Nobody
