// Reads of an interval, rule by rule (etcd-facts R1-R11).
module Kv.Core.Tests.Mvcc.RangeTests

open System
open Xunit
open Kv.Core.Mvcc
open Kv.Core.Apply
open Kv.Core.Tests.Reference

/// a=1 (2), b=2 (3), c=3 (4), b=22 (5), d=4 (6).
let private filled () =
    let store = TestStore()

    for key, value in [ "a", "1"; "b", "2"; "c", "3"; "b", "22"; "d", "4" ] do
        store.Put(key, value) |> ignore

    store

let private all () = Ask.range "\000" "\000"

let private errorOf (store: TestStore) (revision: int64) =
    let struct (error, reply) =
        store.State.Range(RangeRequest(Text.bytes "a", Text.bytes "z", Revision = revision))

    Assert.Equal((error = StoreError.None), not (isNull reply))
    error

[<Fact>]
let ``R1 zero or less is the newest, future and compacted are errors, the compacted one is readable``
    ()
    =
    let store = filled ()
    store.Compact 4L
    Assert.Equal(StoreError.None, errorOf store 0L)
    Assert.Equal(StoreError.None, errorOf store -3L)
    Assert.Equal(StoreError.None, errorOf store 6L)
    Assert.Equal(StoreError.FutureRevision, errorOf store 7L)
    Assert.Equal(StoreError.Compacted, errorOf store 3L)
    Assert.Equal(StoreError.None, errorOf store 4L)
    let reply = store.Range(RangeRequest(Text.bytes "b", Text.bytes "", Revision = 4L))
    Assert.Equal("2", Text.ofBytes reply.Rows[0].Value)

[<Fact>]
let ``R2 the reply carries the current revision, not the one asked for`` () =
    let store = filled ()

    Assert.Equal(
        6L,
        store.Range(RangeRequest(Text.bytes "a", Text.bytes "z", Revision = 3L)).Revision
    )

[<Theory>]
[<InlineData(0L)>]
[<InlineData(4L)>]
let ``R3 count is all keys of the interval, whatever limit and filters`` (revision: int64) =
    let store = filled ()

    let request =
        RangeRequest(
            Text.bytes "a",
            Text.bytes "d",
            Revision = revision,
            Limit = 1L,
            MinModRevision = 4L
        )

    let reply = store.Range request
    Assert.Equal(3L, reply.Count)
    Assert.Equal(1, reply.Rows.Length)

[<Fact>]
let ``R4 more is set only when the limit cut something`` () =
    let store = filled ()

    let more limit =
        store.Range(RangeRequest(Text.bytes "a", Text.bytes "z", Limit = limit)).More

    Assert.False(more 0L)
    Assert.True(more 3L)
    Assert.False(more 4L)
    Assert.False(more 5L)

    // Rows that do not pass the filter are not "more".
    let filtered =
        RangeRequest(Text.bytes "a", Text.bytes "z", Limit = 2L, MinModRevision = 5L)

    Assert.False(store.Range(filtered).More)

[<Theory>]
[<InlineData(0L, 4L)>]
[<InlineData(3L, 2L)>]
let ``R5 count only gives no rows`` (revision: int64) (expected: int64) =
    let store = filled ()

    let reply =
        store.Range(
            RangeRequest(Text.bytes "a", Text.bytes "z", CountOnly = true, Revision = revision)
        )

    Assert.Empty reply.Rows
    Assert.Equal(expected, reply.Count)
    let one = store.Range(RangeRequest(Text.bytes "a", Text.bytes "", CountOnly = true))
    Assert.Empty one.Rows
    Assert.Equal(1L, one.Count)

[<Fact>]
let ``R5 keys only leaves the other fields as they are`` () =
    let store = filled ()

    let row =
        store.Range(RangeRequest(Text.bytes "b", Text.bytes "", KeysOnly = true)).Rows[0]

    Assert.Equal(3L, row.CreateRevision)
    Assert.Equal(5L, row.ModRevision)
    Assert.Equal(2L, row.Version)

[<Fact>]
let ``R7 single key, from key, everything, interval`` () =
    let store = filled ()
    Assert.Equal<string list>([ "b" ], store.Keys(Ask.range "b" ""))
    Assert.Equal<string list>([], store.Keys(Ask.range "bb" ""))
    Assert.Equal<string list>([ "c"; "d" ], store.Keys(Ask.range "c" "\000"))
    Assert.Equal<string list>([ "a"; "b"; "c"; "d" ], store.Keys(all ()))
    Assert.Equal<string list>([ "b"; "c" ], store.Keys(Ask.range "b" "d"))

[<Theory>]
[<InlineData("c", "c")>]
[<InlineData("c", "a")>]
let ``R8 an end that is not above the key is an empty result`` (key: string) (rangeEnd: string) =
    let reply = filled().Range(Ask.range key rangeEnd)
    Assert.Empty reply.Rows
    Assert.Equal(0L, reply.Count)

[<Fact>]
let ``R9 filter and order come before the limit`` () =
    let store = filled ()

    let request =
        RangeRequest(
            Text.bytes "a",
            Text.bytes "z",
            Limit = 2L,
            SortOrder = SortOrder.Descend,
            SortTarget = SortTarget.Mod,
            MaxModRevision = 5L
        )

    Assert.Equal<string list>([ "b"; "c" ], store.Keys request)
    Assert.True(store.Range(request).More)

[<Theory>]
[<InlineData(SortTarget.Key, SortOrder.Ascend, "a b c d")>]
[<InlineData(SortTarget.Key, SortOrder.Descend, "d c b a")>]
[<InlineData(SortTarget.Version, SortOrder.Ascend, "a c d b")>]
[<InlineData(SortTarget.Version, SortOrder.Descend, "b a c d")>]
[<InlineData(SortTarget.Create, SortOrder.Descend, "d c b a")>]
[<InlineData(SortTarget.Mod, SortOrder.Ascend, "a c b d")>]
[<InlineData(SortTarget.Value, SortOrder.Ascend, "a b c d")>]
[<InlineData(SortTarget.Value, SortOrder.Descend, "d c b a")>]
let ``R9 every target sorts both ways`` (target: SortTarget) (order: SortOrder) (expected: string) =
    let request =
        RangeRequest(Text.bytes "a", Text.bytes "z", SortOrder = order, SortTarget = target)

    Assert.Equal(expected, String.Join(" ", filled().Keys request))

[<Theory>]
[<InlineData(0L)>]
[<InlineData(5L)>]
let ``R9 descending keys with a limit are the last ones`` (revision: int64) =
    let store = filled ()

    let request =
        RangeRequest(
            Text.bytes "a",
            Text.bytes "\000",
            Limit = 2L,
            SortOrder = SortOrder.Descend,
            Revision = revision
        )

    let expected = if revision = 0L then [ "d"; "c" ] else [ "c"; "b" ]
    Assert.Equal<string list>(expected, store.Keys request)

[<Fact>]
let ``R10 without an order another target sorts what the limit left in key order`` () =
    let store = TestStore()

    for key in [ "d"; "c"; "b"; "a" ] do
        store.Put(key, key) |> ignore

    let request =
        RangeRequest(Text.bytes "a", Text.bytes "z", SortTarget = SortTarget.Mod, Limit = 3L)

    // Three and the one that tells of more were taken in key order, then sorted, then cut.
    Assert.Equal<string list>([ "d"; "c"; "b" ], store.Keys request)
    Assert.True(store.Range(request).More)

    let two =
        RangeRequest(Text.bytes "a", Text.bytes "z", SortTarget = SortTarget.Mod, Limit = 2L)

    Assert.Equal<string list>([ "c"; "b" ], store.Keys two)

    let filtered =
        RangeRequest(
            Text.bytes "a",
            Text.bytes "z",
            SortTarget = SortTarget.Mod,
            Limit = 2L,
            MinModRevision = 1L
        )

    // A filter needs all rows, so all of them are sorted.
    Assert.Equal<string list>([ "d"; "c" ], store.Keys filtered)

[<Theory>]
[<InlineData(4L, 0L, 0L, 0L, "b c d")>]
[<InlineData(0L, 4L, 0L, 0L, "a c")>]
[<InlineData(0L, 0L, 3L, 0L, "b c d")>]
[<InlineData(0L, 0L, 0L, 3L, "a b")>]
[<InlineData(4L, 5L, 3L, 4L, "b c")>]
[<InlineData(0L, 0L, 0L, 0L, "a b c d")>]
let ``R11 filters are inclusive and 0 is unset``
    minMod
    maxMod
    minCreate
    maxCreate
    (expected: string)
    =
    let request =
        RangeRequest(
            Text.bytes "a",
            Text.bytes "z",
            MinModRevision = minMod,
            MaxModRevision = maxMod,
            MinCreateRevision = minCreate,
            MaxCreateRevision = maxCreate
        )

    Assert.Equal(expected, String.Join(" ", filled().Keys request))

[<Fact>]
let ``R11 a filtered single key is counted but not returned`` () =
    let reply =
        filled().Range(RangeRequest(Text.bytes "a", Text.bytes "", MinModRevision = 3L))

    Assert.Empty reply.Rows
    Assert.Equal(1L, reply.Count)

[<Fact>]
let ``W14 the row before a change is the one at the revision before it`` () =
    let store = filled ()
    Assert.Equal("2", Text.ofBytes (store.State.Get(Text.bytes "b", 4L).Value))
    Assert.Null(store.State.Get(Text.bytes "b", 2L))
    Assert.Equal("22", Text.ofBytes (store.State.Get(Text.bytes "b", 0L).Value))
    store.Compact 5L
    Assert.Null(store.State.Get(Text.bytes "b", 4L))
    store.Delete("b", "") |> ignore
    Assert.Null(store.State.Get(Text.bytes "b", 0L))
    Assert.Equal("22", Text.ofBytes (store.State.Get(Text.bytes "b", 6L).Value))
