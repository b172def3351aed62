// Transactions, rule by rule (etcd-facts T4-T11).
module Kv.Core.Tests.Apply.TxnTests

open Xunit
open Kv.Core.Mvcc
open Kv.Core.Apply
open Kv.Core.Tests.Reference

let private put key value = Operation.Put(Ask.put key value)
let private range key rangeEnd = Operation.Range(Ask.range key rangeEnd)

let private delete key rangeEnd =
    Operation.Delete(Ask.delete key rangeEnd)

let private holds (store: TestStore) (guards: Compare list) : bool =
    let struct (error, reply) = store.State.ReadTxn(Ask.txn guards [] [])
    Assert.Equal(StoreError.None, error)
    reply.Succeeded

/// a=1 (2), a=2 (3) on lease 9, b=x (4).
let private filled () =
    let store = TestStore()
    store.Get<LeaseReply>(Command.LeaseGrant(9L, 60L)) |> ignore
    store.Put("a", "1") |> ignore
    store.Get<PutReply>(Command.Put(Ask.leased "a" "2" 9L)) |> ignore
    store.Put("b", "x") |> ignore
    store

[<Theory>]
[<InlineData(CompareTarget.Version, 2L)>]
[<InlineData(CompareTarget.Create, 2L)>]
[<InlineData(CompareTarget.Mod, 3L)>]
[<InlineData(CompareTarget.Lease, 9L)>]
let ``T4 numbers compare with those of the row`` (target: CompareTarget) (actual: int64) =
    let store = filled ()

    let test result number =
        holds store [ Ask.number "a" target result number ]

    Assert.True(test CompareResult.Equal actual)
    Assert.False(test CompareResult.Equal (actual + 1L))
    Assert.True(test CompareResult.NotEqual (actual + 1L))
    Assert.True(test CompareResult.Greater (actual - 1L))
    Assert.False(test CompareResult.Greater actual)
    Assert.True(test CompareResult.Less (actual + 1L))
    Assert.False(test CompareResult.Less actual)

[<Fact>]
let ``T4 values compare as bytes`` () =
    let store = filled ()

    let test result value =
        holds store [ Ask.value "b" result value ]

    Assert.True(test CompareResult.Equal "x")
    Assert.True(test CompareResult.Greater "w")
    Assert.True(test CompareResult.Less "xa")
    Assert.True(test CompareResult.NotEqual "y")

[<Fact>]
let ``T4 an absent key has no value and 0 for the rest`` () =
    let store = filled ()

    for result in
        [
            CompareResult.Equal
            CompareResult.NotEqual
            CompareResult.Less
            CompareResult.Greater
        ] do
        Assert.False(holds store [ Ask.value "zz" result "" ])

    for target in
        [
            CompareTarget.Version
            CompareTarget.Create
            CompareTarget.Mod
            CompareTarget.Lease
        ] do
        Assert.True(holds store [ Ask.number "zz" target CompareResult.Equal 0L ])
        Assert.True(holds store [ Ask.number "zz" target CompareResult.Less 1L ])
        Assert.False(holds store [ Ask.number "zz" target CompareResult.Greater 0L ])

[<Fact>]
let ``T4 a deleted key is an absent key`` () =
    let store = filled ()
    store.Delete("b", "") |> ignore
    Assert.False(holds store [ Ask.value "b" CompareResult.NotEqual "q" ])
    Assert.True(holds store [ Ask.number "b" CompareTarget.Mod CompareResult.Equal 0L ])

[<Fact>]
let ``T5 a range compare must hold for every key, and an empty range is an absent key`` () =
    let store = filled ()

    let test key rangeEnd target result number value =
        let guard =
            Compare(result, target, Text.bytes key, Text.bytes rangeEnd, number, Text.bytes value)

        holds store [ guard ]

    Assert.True(test "a" "c" CompareTarget.Create CompareResult.Greater 1L "")
    Assert.False(test "a" "c" CompareTarget.Create CompareResult.Greater 2L "")
    Assert.True(test "a" "\000" CompareTarget.Version CompareResult.Less 3L "")
    Assert.False(test "a" "\000" CompareTarget.Version CompareResult.Less 2L "")
    Assert.True(test "m" "z" CompareTarget.Mod CompareResult.Equal 0L "")
    Assert.False(test "m" "z" CompareTarget.Value CompareResult.NotEqual 0L "q")
    Assert.True(test "z" "m" CompareTarget.Mod CompareResult.Equal 0L "")

[<Fact>]
let ``T6 nested guards look at the state before the transaction`` () =
    let store = filled ()

    let nested =
        Operation.Txn(
            Ask.txn [ Ask.number "new" CompareTarget.Version CompareResult.Equal 0L ] [
                put "nested" "then"
            ] [ put "nested" "else" ]
        )

    let reply = store.Txn [] [ put "new" "1"; nested ] []
    let inner = Assert.IsType<TxnReply> reply.Replies[1]
    Assert.True inner.Succeeded
    Assert.Equal("then", Text.ofBytes (store.State.Get(Text.bytes "nested", 0L).Value))

[<Fact>]
let ``T7 a range sees the writes before it, at a past revision it does not`` () =
    let store = filled ()

    let past =
        Operation.Range(RangeRequest(Text.bytes "a", Text.bytes "z", Revision = 4L))

    let reply =
        store.Txn [] [ range "a" "z"; put "c" "3"; delete "a" ""; range "a" "z"; past ] []

    let keys (reply: Reply) = [
        for row in Assert.IsType<RangeReply>(reply).Rows -> Text.ofBytes row.Key
    ]

    Assert.Equal<string list>([ "a"; "b" ], keys reply.Replies[0])
    Assert.Equal<string list>([ "b"; "c" ], keys reply.Replies[3])
    Assert.Equal<string list>([ "a"; "b" ], keys reply.Replies[4])
    Assert.Equal(2L, Assert.IsType<RangeReply>(reply.Replies[3]).Count)

[<Fact>]
let ``T8 a transaction is one revision, with sub-revisions in order`` () =
    let store = filled ()
    let reply = store.Txn [] [ put "c" "3"; delete "a" "b"; put "d" "4" ] []
    Assert.Equal(5L, reply.Revision)
    let rows = System.Collections.Generic.List<Row>()
    store.State.ReadHistory(5L, 10, rows) |> ignore

    Assert.Equal<(string * int64) list>(
        [ "c", 0L; "a", 1L; "d", 2L ],
        [ for row in rows -> Text.ofBytes row.Key, row.SubRevision ]
    )

[<Fact>]
let ``T8 a transaction that changes nothing makes no revision`` () =
    let store = filled ()
    let reply = store.Txn [] [ range "a" ""; delete "zz" "" ] []
    Assert.Equal(4L, reply.Revision)
    Assert.Equal(4L, store.State.Revision)

[<Fact>]
let ``T9 inner replies carry the revision so far`` () =
    let store = filled ()

    let reply =
        store.Txn [] [ range "a" ""; delete "zz" ""; put "c" "3"; range "a" ""; delete "zz" "" ] []

    Assert.Equal<int64 list>(
        [ 4L; 4L; 5L; 5L; 5L ],
        [ for inner in reply.Replies -> inner.Revision ]
    )

[<Fact>]
let ``T10 a transaction that only reads is answered by a state`` () =
    let store = filled ()

    let request =
        Ask.txn [ Ask.value "b" CompareResult.Equal "x" ] [ range "a" "z" ] [ range "b" "" ]

    let struct (error, reply) = store.State.ReadTxn request
    Assert.Equal(StoreError.None, error)
    Assert.Equal(2L, Assert.IsType<RangeReply>(reply.Replies[0]).Count)
    Assert.Equal(4L, reply.Revision)

[<Fact>]
let ``T11 in a transaction a negative revision is compacted`` () =
    let store = filled ()

    let at revision =
        Operation.Range(RangeRequest(Text.bytes "a", Text.bytes "", Revision = revision))

    let error revision =
        let struct (error, _) = store.State.ReadTxn(Ask.txn [] [ at revision ] [])
        error

    Assert.Equal(StoreError.Compacted, error -2L)
    Assert.Equal(StoreError.None, error -1L)
    Assert.Equal(StoreError.FutureRevision, error 5L)
    Assert.Equal(StoreError.None, error 4L)
    store.Compact 3L
    Assert.Equal(StoreError.Compacted, error 2L)
    Assert.Equal(StoreError.Compacted, error -1L)
    Assert.Equal(StoreError.None, error 3L)

[<Fact>]
let ``an operation that cannot be done fails the whole transaction before it starts`` () =
    let store = filled ()

    let at revision =
        Operation.Range(RangeRequest(Text.bytes "a", Text.bytes "", Revision = revision))

    let leased = Operation.Put(Ask.leased "q" "1" 1234L)

    let keep =
        Operation.Put(PutRequest(Text.bytes "q", Text.bytes "", 0L, IgnoreValue = true))

    let fail operations =
        store.Fail(Command.Txn(Ask.txn [] operations []))

    let nest operation =
        Operation.Txn(Ask.txn [] [ operation ] [])

    Assert.Equal(StoreError.LeaseNotFound, fail [ put "p" "1"; leased ])
    Assert.Equal(StoreError.LeaseNotFound, fail [ put "p" "1"; nest leased ])
    Assert.Equal(StoreError.KeyNotFound, fail [ put "p" "1"; keep ])
    Assert.Equal(StoreError.FutureRevision, fail [ put "p" "1"; at 5L ])
    Assert.Equal(StoreError.FutureRevision, fail [ put "p" "1"; nest (at 5L) ])
    // Only the branch that is taken counts.
    let reply = store.Txn [] [ put "p" "1" ] [ leased ]
    Assert.True reply.Succeeded

[<Fact>]
let ``P2 of two errors a put alone names the lease, one in a transaction the key`` () =
    let store = filled ()

    let both = PutRequest(Text.bytes "q", Text.bytes "", 1234L, IgnoreValue = true)

    Assert.Equal(StoreError.LeaseNotFound, store.Fail(Command.Put both))

    Assert.Equal(
        StoreError.KeyNotFound,
        store.Fail(Command.Txn(Ask.txn [] [ Operation.Put both ] []))
    )

[<Fact>]
let ``T12 replies are in the order of the operations, nested ones in their place`` () =
    let store = filled ()
    let nested = Operation.Txn(Ask.txn [] [ range "a" ""; put "n" "1" ] [])

    let reply = store.Txn [] [ put "p" "1"; nested; delete "b" ""; range "p" "" ] []

    Assert.IsType<PutReply>(reply.Replies[0]) |> ignore
    let inner = Assert.IsType<TxnReply>(reply.Replies[1])
    Assert.IsType<RangeReply>(inner.Replies[0]) |> ignore
    Assert.IsType<PutReply>(inner.Replies[1]) |> ignore
    Assert.Equal(1L, (Assert.IsType<DeleteReply>(reply.Replies[2])).Deleted)
    Assert.Equal(1L, (Assert.IsType<RangeReply>(reply.Replies[3])).Count)

/// etcd lets this through where the deletion has no end, and then dies of a compaction there, or of
/// a put that keeps the value of what is gone.
[<Fact>]
let ``a key deleted and put in one transaction begins anew`` () =
    let store = filled ()

    let keep =
        Operation.Put(PutRequest(Text.bytes "a", Text.bytes "", 0L, IgnoreValue = true))

    let reply = store.Txn [] [ delete "a" "\000"; put "b" "y"; keep ] []
    Assert.Equal(5L, reply.Revision)
    let row = store.State.Get(Text.bytes "a", 0L)
    Assert.Equal(struct (5L, 1L), struct (row.CreateRevision, row.Version))
    Assert.True row.Value.IsEmpty
    Assert.Equal("y", Text.ofBytes (store.State.Get(Text.bytes "b", 5L)).Value)
    store.Compact 5L
    store.Sweep()
    Assert.Equal(5L, (store.State.Get(Text.bytes "b", 5L)).ModRevision)

[<Fact>]
let ``a transaction moves keys between leases`` () =
    let store = filled ()
    store.Txn [] [ put "a" "3"; Operation.Put(Ask.leased "b" "1" 9L) ] [] |> ignore
    Assert.Equal<string list>([ "b" ], [ for key in store.State.LeaseKeys 9L -> Text.ofBytes key ])
