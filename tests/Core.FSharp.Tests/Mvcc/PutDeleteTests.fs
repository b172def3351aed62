// Puts, deletions, compaction and history, rule by rule (etcd-facts P, C).
module Kv.Core.Tests.Mvcc.PutDeleteTests

open System
open System.Collections.Generic
open Xunit
open Kv.Core
open Kv.Core.Mvcc
open Kv.Core.Apply
open Kv.Core.Tests.Reference

let private row (store: TestStore) (key: string) = store.State.Get(Text.bytes key, 0L)

let private history (store: TestStore) (from: int64) (most: int) =
    let rows = List<Row>()
    let next = store.State.ReadHistory(from, most, rows)

    next,
    [
        for row in rows ->
            String.Concat(
                Text.ofBytes row.Key,
                (if row.IsTombstone then "-" else "+"),
                row.ModRevision.ToString(),
                ".",
                row.SubRevision.ToString()
            )
    ]

[<Fact>]
let ``P1 an empty value is a value`` () =
    let store = TestStore()
    store.Put("a", "") |> ignore
    Assert.Equal(0, (row store "a").Value.Length)

[<Fact>]
let ``P2 keeping the value or the lease of a missing key is an error`` () =
    let store = TestStore()
    let keepValue = PutRequest(Text.bytes "a", Text.bytes "", 0L, IgnoreValue = true)
    let keepLease = PutRequest(Text.bytes "a", Text.bytes "x", 0L, IgnoreLease = true)
    Assert.Equal(StoreError.KeyNotFound, store.Fail(Command.Put keepValue))
    Assert.Equal(StoreError.KeyNotFound, store.Fail(Command.Put keepLease))
    store.Get<LeaseReply>(Command.LeaseGrant(5L, 60L)) |> ignore
    store.Get<PutReply>(Command.Put(Ask.leased "a" "1" 5L)) |> ignore
    store.Get<PutReply>(Command.Put keepLease) |> ignore
    Assert.Equal(5L, (row store "a").Lease)
    Assert.Equal("x", Text.ofBytes (row store "a").Value)
    store.Get<PutReply>(Command.Put keepValue) |> ignore
    Assert.Equal(0L, (row store "a").Lease)
    Assert.Equal("x", Text.ofBytes (row store "a").Value)
    Assert.Equal(3L, (row store "a").Version)

[<Fact>]
let ``P3 a put without lease detaches, one with another lease moves, one with an unknown lease fails``
    ()
    =
    let store = TestStore()
    store.Get<LeaseReply>(Command.LeaseGrant(5L, 60L)) |> ignore
    store.Get<LeaseReply>(Command.LeaseGrant(6L, 60L)) |> ignore
    let attached id = [ for key in store.State.LeaseKeys id -> Text.ofBytes key ]
    store.Get<PutReply>(Command.Put(Ask.leased "a" "1" 5L)) |> ignore
    store.Get<PutReply>(Command.Put(Ask.leased "b" "1" 5L)) |> ignore
    Assert.Equal<string list>([ "a"; "b" ], attached 5L)
    store.Get<PutReply>(Command.Put(Ask.leased "a" "2" 6L)) |> ignore
    Assert.Equal<string list>([ "b" ], attached 5L)
    Assert.Equal<string list>([ "a" ], attached 6L)
    store.Put("a", "3") |> ignore
    Assert.Equal<string list>([], attached 6L)
    Assert.Equal(StoreError.LeaseNotFound, store.Fail(Command.Put(Ask.leased "a" "4" 77L)))
    store.Delete("b", "") |> ignore
    Assert.Equal<string list>([], attached 5L)

[<Fact>]
let ``P4 the previous row comes only if asked for and there was one`` () =
    let store = TestStore()

    let wanted () =
        PutRequest(Text.bytes "a", Text.bytes "x", 0L, PreviousWanted = true)

    Assert.Null(store.Get<PutReply>(Command.Put(wanted ())).Previous)
    Assert.Null(store.Put("a", "2").Previous)
    let previous = store.Get<PutReply>(Command.Put(wanted ())).Previous
    Assert.Equal("2", Text.ofBytes previous.Value)
    store.Delete("a", "") |> ignore
    Assert.Null(store.Get<PutReply>(Command.Put(wanted ())).Previous)

[<Fact>]
let ``P5 deleting nothing succeeds and makes no revision`` () =
    let store = TestStore()
    store.Put("a", "1") |> ignore
    let reply = store.Delete("b", "z")
    Assert.Equal(0L, reply.Deleted)
    Assert.Equal(2L, reply.Revision)
    Assert.Equal(2L, store.State.Revision)

[<Fact>]
let ``P6 deleting several keys is one revision, in key order`` () =
    let store = TestStore()

    for key in [ "c"; "a"; "b" ] do
        store.Put(key, key) |> ignore

    let request = DeleteRequest(Text.bytes "a", Text.bytes "z", PreviousWanted = true)
    let reply = store.Get<DeleteReply>(Command.DeleteRange request)
    Assert.Equal(3L, reply.Deleted)
    Assert.Equal(5L, reply.Revision)

    Assert.Equal<string list>(
        [ "a"; "b"; "c" ],
        [ for row in reply.Previous -> Text.ofBytes row.Key ]
    )

    let next, rows = history store 5L 100
    Assert.Equal(6L, next)
    Assert.Equal<string list>([ "a-5.0"; "b-5.1"; "c-5.2" ], rows)
    Assert.Equal(0L, store.State.KeyCount)
    Assert.Equal(0L, store.State.LiveBytes)

[<Fact>]
let ``P7 a tombstone has key and revision only, and the next generation starts anew`` () =
    let store = TestStore()
    store.Put("a", "1") |> ignore
    store.Put("a", "2") |> ignore
    store.Delete("a", "") |> ignore
    let rows = List<Row>()
    store.State.ReadHistory(4L, 1, rows) |> ignore
    Assert.True rows[0].IsTombstone
    Assert.Equal(0, rows[0].Value.Length)
    Assert.Equal(0L, rows[0].CreateRevision)
    Assert.Equal(0L, rows[0].Version)
    Assert.Equal(4L, rows[0].ModRevision)
    store.Put("a", "3") |> ignore
    Assert.Equal(1L, (row store "a").Version)
    Assert.Equal(5L, (row store "a").CreateRevision)

[<Fact>]
let ``P8 an empty store is at revision 1 and the first write makes 2`` () =
    let store = TestStore()
    Assert.Equal(1L, store.State.Revision)
    Assert.Equal(2L, store.Put("a", "1").Revision)
    Assert.Equal(2L, (row store "a").CreateRevision)

[<Fact>]
let ``C1 compacting what is compacted or not there yet is an error`` () =
    let store = TestStore()
    store.Put("a", "1") |> ignore
    store.Put("a", "2") |> ignore
    Assert.Equal(StoreError.FutureRevision, store.Fail(Command.Compact 4L))
    store.Compact 2L
    Assert.Equal(StoreError.Compacted, store.Fail(Command.Compact 2L))
    Assert.Equal(StoreError.Compacted, store.Fail(Command.Compact 1L))
    store.Compact 3L

[<Fact>]
let ``C1 a store that was never compacted can be compacted to 0 once`` () =
    let store = TestStore()
    Assert.Equal(-1L, store.State.CompactRevision)
    Assert.Equal(StoreError.Compacted, store.Fail(Command.Compact -1L))
    store.Compact 0L
    Assert.Equal(0L, store.State.CompactRevision)
    Assert.Equal(StoreError.Compacted, store.Fail(Command.Compact 0L))

[<Fact>]
let ``C3 the reply carries the current revision, and reads below are refused at once`` () =
    let store = TestStore()
    store.Put("a", "1") |> ignore
    store.Put("a", "2") |> ignore
    store.Put("a", "3") |> ignore
    Assert.Equal(4L, store.Get<EmptyReply>(Command.Compact 3L).Revision)
    Assert.Equal(3L, store.State.CompactRevision)

    let struct (error, _) =
        store.State.Range(RangeRequest(Text.bytes "a", Text.bytes "", Revision = 2L))

    Assert.Equal(StoreError.Compacted, error)

[<Fact>]
let ``C5 sweeping removes what nobody can read, a tombstone at the revision only with the next``
    ()
    =
    let store = TestStore()
    store.Put("a", "1") |> ignore
    store.Put("b", "1") |> ignore
    store.Put("a", "2") |> ignore
    store.Delete("b", "") |> ignore
    let size () = store.State.SizeBytes
    let full = size ()
    store.Compact 5L
    Assert.Equal(full, size ())
    store.Sweep()
    Assert.Equal<string list>([ "b-5.0" ], snd (history store 5L 10))
    // a=2 and the tombstone of b are left.
    Assert.Equal(2L * RowBytes.Overhead + 3L, size ())
    store.Put("c", "1") |> ignore
    store.Compact 6L
    store.Sweep()
    Assert.Equal(2L * RowBytes.Overhead + 4L, size ())
    Assert.Equal(size (), store.State.LiveBytes)
    Assert.Equal("2", Text.ofBytes (row store "a").Value)

[<Fact>]
let ``sweeping gives the same object when there is nothing to do`` () =
    let store = TestStore()
    store.Put("a", "1") |> ignore
    Assert.Same(store.State, StoreMachine.CompactSlice(store.State, 10))

[<Fact>]
let ``a key with thousands of versions is read and swept at any revision`` () =
    let store = TestStore()

    for i in 1..5_000 do
        store.Put("a", i.ToString()) |> ignore

    for revision in [ 2L; 33L; 34L; 35L; 100L; 4_999L; 5_001L ] do
        let value = Text.ofBytes (store.State.Get(Text.bytes "a", revision).Value)
        Assert.Equal((revision - 1L).ToString(), value)

    let old = store.State
    store.Compact 4_980L
    store.Sweep()
    Assert.Equal("4979", Text.ofBytes (store.State.Get(Text.bytes "a", 4_980L).Value))
    Assert.Equal(22L * (RowBytes.Overhead + 5L), store.State.SizeBytes)
    Assert.Equal("1", Text.ofBytes (old.Get(Text.bytes "a", 2L).Value))

[<Fact>]
let ``history gives whole revisions and where to go on`` () =
    let store = TestStore()
    store.Put("a", "1") |> ignore
    let puts = [ for key in [ "b"; "c"; "d" ] -> Operation.Put(Ask.put key "1") ]
    store.Txn [] puts [] |> ignore
    store.Put("e", "1") |> ignore
    Assert.Equal((3L, [ "a+2.0" ]), history store 0L 1)
    Assert.Equal((4L, [ "a+2.0"; "b+3.0"; "c+3.1"; "d+3.2" ]), history store 2L 2)
    Assert.Equal((5L, [ "e+4.0" ]), history store 4L 1)
    Assert.Equal((5L, []), history store 5L 1)
    Assert.Equal((9L, []), history store 9L 1)
    store.Compact 3L

    Assert.Throws<InvariantException>(fun () -> history store 2L 1 |> ignore)
    |> ignore

[<Theory>]
[<InlineData(false)>]
[<InlineData(true)>]
let ``a change that its own transaction overwrote is gone once compacted, swept or not``
    (isSwept: bool)
    =
    let store = TestStore()
    let puts = [ for value in [ "1"; "2" ] -> Operation.Put(Ask.put "a" value) ]
    store.Txn [] puts [] |> ignore
    Assert.Equal((3L, [ "a+2.0"; "a+2.1" ]), history store 2L 10)
    store.Compact 2L

    if isSwept then
        store.Sweep()

    Assert.Equal((3L, [ "a+2.1" ]), history store 2L 10)

[<Fact>]
let ``a row keeps a value's slice only if it does not hold much else in memory`` () =
    let store = TestStore()
    let big = String('x', 1_000)
    store.Put("big", big) |> ignore
    store.Put("small", "y") |> ignore

    let held (key: string) =
        let mutable segment = Unchecked.defaultof<ArraySegment<byte>>

        Runtime.InteropServices.MemoryMarshal.TryGetArray((row store key).Value, &segment)
        |> ignore

        segment.Array.Length

    Assert.Equal(1, held "small")
    Assert.Equal(store.Entries[0].Data.Length, held "big")
