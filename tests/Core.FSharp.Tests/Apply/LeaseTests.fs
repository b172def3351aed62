// Leases in the replicated state (etcd-facts L1, L6).
module Kv.Core.Tests.Apply.LeaseTests

open System.Collections.Generic
open Xunit
open Kv.Core.Mvcc
open Kv.Core.Apply
open Kv.Core.Tests.Reference

[<Fact>]
let ``L1 a used id is refused, an id that is none too`` () =
    let store = TestStore()
    let reply = store.Get<LeaseReply>(Command.LeaseGrant(5L, 60L))
    Assert.Equal(5L, reply.Id)
    Assert.Equal(60L, reply.Ttl)
    Assert.Equal(1L, reply.Revision)
    Assert.Equal(StoreError.LeaseExists, store.Fail(Command.LeaseGrant(5L, 10L)))
    Assert.Equal(StoreError.LeaseNotFound, store.Fail(Command.LeaseGrant(0L, 10L)))
    Assert.Equal(-1L, store.Get<LeaseReply>(Command.LeaseGrant(-1L, 10L)).Id)

[<Fact>]
let ``L6 revoking deletes the keys in key order in one revision`` () =
    let store = TestStore()
    store.Get<LeaseReply>(Command.LeaseGrant(5L, 60L)) |> ignore

    for key in [ "c"; "a"; "b" ] do
        store.Get<PutReply>(Command.Put(Ask.leased key "1" 5L)) |> ignore

    store.Put("d", "1") |> ignore
    Assert.Equal(6L, store.Get<LeaseEndReply>(Command.LeaseRevoke 5L).Revision)
    let rows = List<Row>()
    store.State.ReadHistory(6L, 10, rows) |> ignore
    Assert.Equal<string list>([ "a"; "b"; "c" ], [ for row in rows -> Text.ofBytes row.Key ])
    Assert.All(rows, fun row -> Assert.True row.IsTombstone)
    Assert.Equal(1L, store.State.KeyCount)
    Assert.Null(store.State.FindLease 5L)
    Assert.Equal(StoreError.LeaseNotFound, store.Fail(Command.LeaseRevoke 5L))

[<Fact>]
let ``revoking a lease without keys makes no revision`` () =
    let store = TestStore()
    store.Get<LeaseReply>(Command.LeaseGrant(5L, 60L)) |> ignore
    Assert.Equal(1L, store.Get<LeaseEndReply>(Command.LeaseRevoke 5L).Revision)
    Assert.Equal(0, store.State.LeaseCount)

[<Fact>]
let ``leases that expire together end each in a revision of its own, in the order given`` () =
    let store = TestStore()

    for id in [ 5L; 6L; 7L; 8L ] do
        store.Get<LeaseReply>(Command.LeaseGrant(id, 60L)) |> ignore

    for key, lease in [ "b", 5L; "a", 5L; "c", 7L; "d", 8L ] do
        store.Get<PutReply>(Command.Put(Ask.leased key "1" lease)) |> ignore

    let reply = store.Get<LeaseEndReply>(Command.LeaseExpire [| 7L; 4L; 6L; 5L; 7L |])
    Assert.Equal<int64[]>([| 7L; 6L; 5L |], reply.Ids)
    Assert.Equal(7L, reply.Revision)
    let rows = List<Row>()
    store.State.ReadHistory(6L, 10, rows) |> ignore

    Assert.Equal<(string * int64) list>(
        [ "c", 6L; "a", 7L; "b", 7L ],
        [ for row in rows -> Text.ofBytes row.Key, row.ModRevision ]
    )

    Assert.Equal(1, store.State.LeaseCount)
    Assert.Equal(1, store.State.LeaseKeyCount 8L)
    Assert.Equal(0, store.State.LeaseKeyCount 5L)
    Assert.Empty(store.Get<LeaseEndReply>(Command.LeaseExpire [| 5L |]).Ids)

[<Fact>]
let ``a checkpoint sets what is left and passes over leases that are gone`` () =
    let store = TestStore()
    store.Get<LeaseReply>(Command.LeaseGrant(5L, 60L)) |> ignore
    store.Get<LeaseReply>(Command.LeaseGrant(3L, 30L)) |> ignore
    store.Get<PutReply>(Command.Put(Ask.leased "a" "1" 5L)) |> ignore

    store.Get<EmptyReply>(Command.LeaseCheckpoint([| 4L; 5L |], [| 1L; 42L |]))
    |> ignore

    let leases = [ for lease in store.State.Leases -> lease.Id, lease.Ttl, lease.RemainingTtl ]
    Assert.Equal<(int64 * int64 * int64) list>([ 3L, 30L, 0L; 5L, 60L, 42L ], leases)
    Assert.Equal(1, store.State.LeaseKeys(5L).Length)
    Assert.Empty(store.State.LeaseKeys 4L)
