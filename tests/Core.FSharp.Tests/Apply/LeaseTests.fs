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
    Assert.Equal(6L, store.Get<EmptyReply>(Command.LeaseRevoke 5L).Revision)
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
    Assert.Equal(1L, store.Get<EmptyReply>(Command.LeaseRevoke 5L).Revision)
    Assert.Equal(0, store.State.LeaseCount)

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
