// etcd's hash of the key space: the vectors that real etcd gave (snapshot-format §6). Random
// histories are compared with a naive hash in the model tests.
module Kv.Core.Tests.Mvcc.HashKvTests

open Xunit
open Kv.Core.Mvcc
open Kv.Core.Tests.Reference

/// put a=1, put b=1, put a=2, delete a, delete b.
let private vectors () =
    let store = TestStore()
    store.Put("a", "1") |> ignore
    store.Put("b", "1") |> ignore
    store.Put("a", "2") |> ignore
    store.Delete("a", "") |> ignore
    store.Delete("b", "") |> ignore
    store

[<Theory>]
[<InlineData(false)>]
[<InlineData(true)>]
let ``hashes of the compacted history are etcd's, swept or not`` (isSwept: bool) =
    let store = vectors ()
    store.Compact 4L

    if isSwept then
        store.Sweep()

    Assert.Equal(struct (StoreError.None, 2393049859u, 4L, 4L), store.State.HashKv 4L)
    Assert.Equal(struct (StoreError.None, 2658824750u, 4L, 5L), store.State.HashKv 5L)
    Assert.Equal(struct (StoreError.None, 2198655122u, 4L, 6L), store.State.HashKv 6L)
    Assert.Equal(struct (StoreError.None, 2198655122u, 4L, 6L), store.State.HashKv 0L)

[<Fact>]
let ``the hash without compaction is etcd's`` () =
    Assert.Equal(struct (StoreError.None, 3086679940u, -1L, 4L), vectors().State.HashKv 4L)

[<Fact>]
let ``the hash at a negative revision is that of no rows`` () =
    let store = vectors ()
    Assert.Equal(struct (StoreError.None, 1084519789u, -1L, -7L), store.State.HashKv -7L)
    store.Compact 4L
    Assert.Equal(struct (StoreError.None, 1084519789u, 4L, -1L), store.State.HashKv -1L)

[<Fact>]
let ``compacted and future revisions are errors, the compacted one itself is not`` () =
    let store = vectors ()
    store.Compact 4L

    let error revision =
        let struct (error, _, _, _) = store.State.HashKv revision
        error

    Assert.Equal(StoreError.Compacted, error 3L)
    Assert.Equal(StoreError.FutureRevision, error 9L)
    Assert.Equal(StoreError.None, error 4L)
