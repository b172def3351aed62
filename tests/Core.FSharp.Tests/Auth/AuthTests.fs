// Users and roles in the store: what changes do, what they are refused with, and who may do what.
module Kv.Core.Tests.Auth.AuthTests

open System
open Xunit
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Mvcc
open Kv.Core.Auth
open Kv.Core.Apply
open Kv.Core.Tests.Reference

let private key (text: string) : byte[] = Text.bytes(text).ToArray()

let private permit kind (first: string) (last: string) = Permission(kind, key first, key last)

let private change (store: TestStore) (change: AuthChange) : StoreError =
    (store.Do(Command.Auth change)).Error

/// A change while authentication is off.
let private make (store: TestStore) (one: AuthChange) =
    Assert.Equal(StoreError.None, change store one)

/// What becomes of a command of a caller.
let private askAs (store: TestStore) (caller: Caller) (command: Command) : StoreError =
    let data = CommandCodec.Encode(1UL, command, caller)
    let outcome = store.ApplyEntry(EntryKind.Normal, data) |> List.exactlyOne
    outcome.Error

let private user (store: TestStore) (name: string) =
    Caller.User(name, store.State.Auth.Revision)

let private root (store: TestStore) = user store "root"

/// Root; "reader" reads a to c (exclusive) and c to e, "writer" writes a to c, "none" has no roles. On.
let private secured () =
    let store = TestStore()
    make store (AuthChange.UserAdd("root", "h"))
    make store (AuthChange.UserGrant("root", "root"))
    make store (AuthChange.RoleAdd "r")
    make store (AuthChange.RoleGrant("r", permit PermissionKind.Read "a" "c"))
    make store (AuthChange.RoleGrant("r", permit PermissionKind.Read "c" "e"))
    make store (AuthChange.RoleAdd "w")
    make store (AuthChange.RoleGrant("w", permit PermissionKind.Write "a" "c"))

    for name, role in [ "reader", "r"; "writer", "w" ] do
        make store (AuthChange.UserAdd(name, "h"))
        make store (AuthChange.UserGrant(name, role))

    make store (AuthChange.UserAdd("none", ""))
    make store (AuthChange.UserAdd("both", "h"))
    make store (AuthChange.UserGrant("both", "r"))
    make store (AuthChange.UserGrant("both", "w"))
    make store AuthChange.Enable
    store

[<Fact>]
let ``changes that cannot be are refused with etcd's reasons and change nothing`` () =
    let store = TestStore()

    let refused expected one =
        Assert.Equal(expected, store.Fail(Command.Auth one))

    refused StoreError.RootUserMissing AuthChange.Enable
    make store (AuthChange.UserAdd("root", "h"))
    refused StoreError.RootRoleMissing AuthChange.Enable
    refused StoreError.UserEmpty (AuthChange.UserAdd("", "h"))
    refused StoreError.UserExists (AuthChange.UserAdd("root", "h"))
    refused StoreError.UserNotFound (AuthChange.UserDelete "x")
    refused StoreError.UserNotFound (AuthChange.UserPassword("x", "h"))
    refused StoreError.UserNotFound (AuthChange.UserGrant("x", "root"))
    refused StoreError.RoleNotFound (AuthChange.UserGrant("root", "x"))
    refused StoreError.UserNotFound (AuthChange.UserRevoke("x", "r"))
    refused StoreError.RoleNotGranted (AuthChange.UserRevoke("root", "r"))
    refused StoreError.RoleEmpty (AuthChange.RoleAdd "")
    make store (AuthChange.RoleAdd "r")
    refused StoreError.RoleExists (AuthChange.RoleAdd "r")
    refused StoreError.RoleNotFound (AuthChange.RoleDelete "x")
    refused StoreError.RoleNotFound (AuthChange.RoleGrant("x", permit PermissionKind.Read "a" ""))

    refused
        StoreError.InvalidAuthManagement
        (AuthChange.RoleGrant("r", permit PermissionKind.Read "" ""))

    refused
        StoreError.InvalidAuthManagement
        (AuthChange.RoleGrant("r", permit PermissionKind.Read "b" "a"))

    refused StoreError.RoleNotFound (AuthChange.RoleRevoke("x", key "a", key ""))
    refused StoreError.PermissionNotGranted (AuthChange.RoleRevoke("r", key "a", key ""))
    Assert.Equal(StoreError.AuthNotEnabled, store.Fail(Command.TokenIssue("root", 1UL, [| 1uy |])))

[<Fact>]
let ``every change counts, but switching on and what was so already`` () =
    let store = TestStore()

    let counts expected one =
        let before = store.State.Auth.Revision
        make store one
        Assert.Equal(expected, store.State.Auth.Revision - before)

    Assert.Equal(1UL, store.State.Auth.Revision)
    counts 1UL (AuthChange.UserAdd("root", "h"))
    counts 1UL (AuthChange.UserGrant("root", "root"))
    counts 0UL (AuthChange.UserGrant("root", "root"))
    counts 1UL (AuthChange.RoleAdd "r")
    counts 1UL (AuthChange.RoleGrant("r", permit PermissionKind.Read "a" ""))
    counts 1UL (AuthChange.RoleGrant("r", permit PermissionKind.Write "a" ""))

    Assert.Equal(
        PermissionKind.Write,
        (Array.exactlyOne (store.State.Auth.FindRole "r").Permissions).Kind
    )

    counts 1UL (AuthChange.RoleRevoke("r", key "a", key ""))
    counts 1UL (AuthChange.UserPassword("root", "i"))
    counts 0UL AuthChange.Enable
    Assert.True store.State.Auth.IsEnabled
    Assert.Equal(StoreError.None, askAs store (root store) (Command.Auth AuthChange.Enable))
    Assert.Equal(StoreError.None, askAs store (root store) (Command.Auth AuthChange.Disable))
    Assert.Equal(9UL, store.State.Auth.Revision)
    counts 0UL AuthChange.Disable

[<Fact>]
let ``a role that is deleted goes from its users, and root stays root while it matters`` () =
    let store = secured ()

    let asRoot one =
        askAs store (root store) (Command.Auth one)

    Assert.Equal(StoreError.InvalidAuthManagement, asRoot (AuthChange.UserDelete "root"))
    Assert.Equal(StoreError.InvalidAuthManagement, asRoot (AuthChange.RoleDelete "root"))
    Assert.Equal(StoreError.InvalidAuthManagement, asRoot (AuthChange.UserRevoke("root", "root")))
    Assert.Equal(StoreError.None, asRoot (AuthChange.RoleDelete "r"))
    Assert.Empty((store.State.Auth.FindUser "reader").Roles)
    Assert.Equal<string[]>([| "w" |], (store.State.Auth.FindUser "both").Roles)

    let error =
        store.State.Auth.CheckRead(user store "reader", Text.bytes "a", Text.bytes "")

    Assert.Equal(StoreError.PermissionDenied, error)

[<Fact>]
let ``reads need all of their interval, whichever permissions it takes`` () =
    let store = secured ()

    let reads name first last =
        store.State.Auth.CheckRead(user store name, Text.bytes first, Text.bytes last)

    Assert.Equal(StoreError.None, reads "reader" "a" "")
    Assert.Equal(StoreError.None, reads "reader" "a" "e")
    Assert.Equal(StoreError.None, reads "root" "\000" "\000")
    Assert.Equal(StoreError.PermissionDenied, reads "reader" "a" "f")
    Assert.Equal(StoreError.PermissionDenied, reads "reader" "a" "\000")
    Assert.Equal(StoreError.PermissionDenied, reads "writer" "a" "")
    Assert.Equal(StoreError.PermissionDenied, reads "none" "a" "")
    Assert.Equal(StoreError.PermissionDenied, reads "nobody knows" "a" "")
    let auth = store.State.Auth
    Assert.Equal(StoreError.UserEmpty, auth.CheckRead(Caller.Nobody, Text.bytes "a", Text.bytes ""))
    let old = Caller.User("reader", auth.Revision - 1UL)
    Assert.Equal(StoreError.AuthOldRevision, auth.CheckRead(old, Text.bytes "a", Text.bytes ""))

/// What each caller is told, in the order nobody, none, reader, writer, both, root.
let private told (store: TestStore) (command: Command) = [
    store.State.Check(Caller.Nobody, command)
    for name in [ "none"; "reader"; "writer"; "both"; "root" ] do
        store.State.Check(user store name, command)
]

let private denied = StoreError.PermissionDenied
let private ok = StoreError.None

[<Fact>]
let ``commands are allowed by what they touch`` () =
    let store = secured ()

    let table expected command =
        Assert.Equal<StoreError list>(StoreError.UserEmpty :: expected, told store command)

    let put = Ask.put "a" "1"

    let putPrevious =
        PutRequest(Text.bytes "a", Text.bytes "1", 0L, PreviousWanted = true)

    let delete = Ask.delete "a" "b"

    let deletePrevious =
        DeleteRequest(Text.bytes "a", Text.bytes "b", PreviousWanted = true)

    let writers = [ denied; denied; ok; ok; ok ]
    let both = [ denied; denied; denied; ok; ok ]
    let rootOnly = [ denied; denied; denied; denied; ok ]
    table writers (Command.Put put)
    table both (Command.Put putPrevious)
    table rootOnly (Command.Put(Ask.put "c" "1"))
    table writers (Command.DeleteRange delete)
    table both (Command.DeleteRange deletePrevious)
    table rootOnly (Command.DeleteRange(Ask.delete "a" "\000"))

    let txn guards success failure =
        Command.Txn(Ask.txn guards success failure)

    let guard = Ask.value "a" CompareResult.Equal "1"
    table writers (txn [] [ Operation.Put put ] [])
    table both (txn [ guard ] [ Operation.Put put ] [])
    table both (txn [] [] [ Operation.Put putPrevious ])
    table both (txn [] [ Operation.Put put ] [ Operation.Range(Ask.range "a" "") ])
    table rootOnly (txn [] [ Operation.Put put ] [ Operation.Put(Ask.put "z" "1") ])
    // In a transaction inside, too (CVE-2026-33343).
    table rootOnly (txn [] [ Operation.Txn(Ask.txn [] [ Operation.Put(Ask.put "z" "1") ] []) ] [])

    table
        rootOnly
        (txn [] [ Operation.Txn(Ask.txn [ Ask.value "z" CompareResult.Equal "" ] [] []) ] [])

    table [ ok; ok; ok; ok; ok ] (Command.LeaseGrant(1L, 60L))
    table rootOnly (Command.Compact 1L)
    table rootOnly (Command.AlarmRaise(1UL, AlarmKind.NoSpace))
    table rootOnly (Command.AlarmClear(1UL, AlarmKind.NoSpace))
    table rootOnly (Command.MemberRemove 1UL)
    table rootOnly (Command.Auth AuthChange.Disable)
    table [ ok; ok; ok; ok; ok ] (txn [] [] [])

[<Fact>]
let ``who attaches keys to a lease or ends it must be allowed to delete its keys`` () =
    let store = secured ()
    Assert.Equal(ok, askAs store (user store "none") (Command.LeaseGrant(5L, 60L)))
    Assert.Equal(ok, askAs store (root store) (Command.Put(Ask.leased "z" "1" 5L)))
    let writer = user store "writer"
    Assert.Equal(denied, askAs store writer (Command.Put(Ask.leased "a" "1" 5L)))
    let inside = Ask.txn [] [ Operation.Put(Ask.leased "a" "1" 5L) ] []
    Assert.Equal(denied, askAs store writer (Command.Txn inside))
    Assert.Equal(denied, askAs store writer (Command.LeaseRevoke 5L))
    Assert.Equal(ok, askAs store (root store) (Command.LeaseRevoke 5L))
    Assert.Equal(StoreError.LeaseNotFound, askAs store writer (Command.LeaseRevoke 5L))

[<Fact>]
let ``users are those of the command's place in the log, and alarms do not let anybody in`` () =
    let store = secured ()
    let writer = user store "writer"
    Assert.Equal(ok, askAs store writer (Command.Put(Ask.put "a" "1")))
    Assert.Equal(ok, askAs store Caller.Node (Command.AlarmRaise(7UL, AlarmKind.NoSpace)))
    Assert.Equal(denied, askAs store writer (Command.DeleteRange(Ask.delete "z" "")))
    Assert.Equal(denied, askAs store writer (Command.Auth AuthChange.Disable))
    Assert.Equal(StoreError.UserEmpty, askAs store Caller.Nobody (Command.LeaseRevoke 5L))
    Assert.Equal(ok, askAs store Caller.Node (Command.AlarmClear(7UL, AlarmKind.NoSpace)))
    Assert.Equal(ok, askAs store (root store) (Command.Auth(AuthChange.UserRevoke("writer", "w"))))
    Assert.Equal(StoreError.AuthOldRevision, askAs store writer (Command.Put(Ask.put "a" "2")))
    Assert.Equal(denied, askAs store (user store "writer") (Command.Put(Ask.put "a" "2")))

[<Fact>]
let ``a token is issued to a user as he is at that place in the log`` () =
    let store = secured ()
    let revision = store.State.Auth.Revision

    let issue user revision =
        Command.TokenIssue(user, revision, [| 1uy; 2uy |])

    let reply = store.Get<TokenReply>(issue "reader" revision)
    Assert.Equal("reader", reply.User)
    Assert.Equal("h", reply.PasswordHash)
    Assert.Equal<byte[]>([| 1uy; 2uy |], reply.Digest)
    Assert.Equal(StoreError.AuthOldRevision, store.Fail(issue "reader" (revision - 1UL)))
    Assert.Equal(StoreError.UserNotFound, store.Fail(issue "x" revision))

[<Fact>]
let ``users see themselves and the roles they hold`` () =
    let store = secured ()
    let auth = store.State.Auth
    Assert.Equal(ok, auth.CheckUserRead(user store "reader", "reader"))
    Assert.Equal(denied, auth.CheckUserRead(user store "reader", "root"))
    Assert.Equal(ok, auth.CheckUserRead(root store, "reader"))
    Assert.Equal(StoreError.UserEmpty, auth.CheckUserRead(Caller.Nobody, ""))
    Assert.Equal(ok, auth.CheckRoleRead(user store "reader", "r"))
    Assert.Equal(denied, auth.CheckRoleRead(user store "reader", "w"))
    Assert.Equal(ok, auth.CheckRoleRead(root store, "w"))
    Assert.Equal(StoreError.UserEmpty, auth.CheckRoleRead(Caller.Nobody, "w"))

[<Fact>]
let ``a user without a password stays so`` () =
    let store = secured ()
    Assert.Equal(ok, askAs store (root store) (Command.Auth(AuthChange.UserPassword("none", "h"))))
    Assert.False((store.State.Auth.FindUser "none").HasPassword)

[<Fact>]
let ``users and roles come back from a snapshot and count in the hash`` () =
    let store = secured ()

    for i in 1..3_000 do
        let name = "role/" + i.ToString()
        Assert.Equal(ok, askAs store Caller.Node (Command.Auth(AuthChange.RoleAdd name)))
        let permission = permit PermissionKind.ReadWrite name ""

        Assert.Equal(
            ok,
            askAs store Caller.Node (Command.Auth(AuthChange.RoleGrant(name, permission)))
        )

    let blocks = Snapshot.blocks store.State
    Assert.InRange(blocks.Length, 4, 10)
    let loaded = Snapshot.read blocks
    Assert.Equal<byte[][]>(blocks, Snapshot.blocks loaded)
    Assert.Equal(store.State.StateHash(), loaded.StateHash())
    Assert.Equal(store.State.Auth.Revision, loaded.Auth.Revision)
    Assert.True loaded.Auth.IsEnabled
    let reader = Caller.User("reader", loaded.Auth.Revision)
    Assert.Equal(ok, loaded.Auth.CheckRead(reader, Text.bytes "a", Text.bytes "e"))
    Assert.Equal(denied, loaded.Auth.CheckRead(reader, Text.bytes "a", Text.bytes "f"))
    let before = store.State.StateHash()
    Assert.Equal(ok, askAs store Caller.Node (Command.Auth(AuthChange.UserDelete "none")))
    Assert.NotEqual(before, store.State.StateHash())

    for missing in 1 .. blocks.Length - 1 do
        Assert.Null(Snapshot.read (Array.removeAt missing blocks))
