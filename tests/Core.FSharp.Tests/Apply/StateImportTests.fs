// Importing rows that no state of ours would give: as files of etcd have them, or damaged ones.
module Kv.Core.Tests.Apply.StateImportTests

open System
open Xunit
open Kv.Core.Mvcc
open Kv.Core.Apply
open Kv.Core.Tests.Reference

let private row key create main sub version lease =
    Row(Text.bytes key, Text.bytes "v", create, main, sub, version, lease, false)

let private tombstone key main =
    Row(Text.bytes key, Text.bytes "", 0L, main, 0L, 0L, 0L, true)

let private complete (import: StateImport) : StoreState =
    import.Complete(5UL, TestStore.Members, [||], 40UL, 1UL)

let private imported (rows: Row list) (compacted: int64) : StoreState =
    let import = StateImport()

    for row in rows do
        Assert.True(import.AddRow row)

    import.CompactAt compacted
    complete import

/// What the state has, and that it is one like any other.
let private rowsOf (state: StoreState) : (string * int64) list =
    let again = Snapshot.read (Snapshot.blocks state)
    Assert.Equal(state.StateHash(), again.StateHash())
    let rows = Collections.Generic.List<Row>()
    state.ReadRows(null, 1_000, rows)
    [ for row in rows -> Text.ofBytes row.Key, row.ModRevision ]

[<Fact>]
let ``rows that compaction would have removed are removed`` () =
    let state =
        imported
            [
                row "a" 2L 2L 0L 1L 0L
                row "b" 3L 3L 0L 1L 0L
                row "a" 2L 4L 0L 2L 0L
                tombstone "b" 5L
                tombstone "a" 6L
                row "c" 7L 7L 0L 1L 0L
            ]
            6L

    Assert.Equal<(string * int64) list>([ "a", 6L; "c", 7L ], rowsOf state)
    Assert.Equal(7L, state.Revision)
    Assert.Equal(6L, state.CompactRevision)
    Assert.Equal(1L, state.KeyCount)
    Assert.Equal(40UL, state.AppliedIndex)
    Assert.Equal<uint64[]>([| 7UL |], state.Configuration.Voters)

[<Fact>]
let ``a compaction past the last row raises the revision`` () =
    let state = imported [ row "a" 2L 2L 0L 1L 0L ] 9L
    Assert.Equal(9L, state.Revision)
    Assert.Equal<(string * int64) list>([ "a", 2L ], rowsOf state)

[<Fact>]
let ``no rows give the empty store`` () =
    let state = imported [] 0L
    Assert.Equal(1L, state.Revision)
    Assert.Empty(rowsOf state)

[<Fact>]
let ``a living key whose lease is not there gets one`` () =
    let import = StateImport()
    Assert.True(import.AddRow(row "old" 2L 2L 0L 1L 8L))
    Assert.True(import.AddRow(row "old" 2L 3L 0L 2L 0L))
    Assert.True(import.AddRow(row "kept" 4L 4L 0L 1L 9L))
    let state = complete import
    Assert.Equal<int64 list>([ 9L ], List.ofSeq import.SuppliedLeases)
    Assert.Equal(1, state.LeaseCount)
    let keys = state.LeaseKeys 9L
    Assert.Equal("kept", Text.ofBytes keys[0])
    // The key can be moved off it again.
    let store = TestStore state
    store.Put("kept", "x") |> ignore
    Assert.Empty(store.State.LeaseKeys 9L)

[<Fact>]
let ``rows out of place and leases that are there or cannot be are refused`` () =
    let import = StateImport()
    Assert.True(import.AddRow(row "a" 5L 5L 1L 1L 0L))
    Assert.False(import.AddRow(row "b" 5L 5L 1L 1L 0L))
    Assert.False(import.AddRow(row "b" 4L 4L 0L 1L 0L))
    Assert.True(import.AddRow(row "b" 6L 6L 0L 1L -1L))
    Assert.False(import.AddRow(row "b" 6L (StateImport.RevisionMax + 1L) 0L 1L 0L))
    Assert.True(import.AddLease(Lease(1L, 5L, 0L)))
    Assert.False(import.AddLease(Lease(1L, 5L, 0L)))
    Assert.True(import.AddLease(Lease(-1L, 5L, 0L)))
    Assert.False(import.AddLease(Lease(0L, 5L, 0L)))

[<Fact>]
let ``a row created after it was changed fits no state`` () =
    Assert.Null(imported [ row "a" 9L 2L 0L 1L 0L ] 0L)

/// snapshot-format §5: the mark's pair is in the hash, with nothing as its value.
[<Fact>]
let ``the mark of a bumped revision is stored with an empty value and seen by nobody`` () =
    let mark = row "" 50L 50L 0L 1L 0L
    Assert.Equal(17, StoredRow.KeyLength mark)
    Assert.Equal(0, StoredRow.ValueLength mark)
    let state = imported [ row "a" 2L 2L 0L 1L 0L; mark ] 50L
    let store = TestStore state
    Assert.Equal<string list>([ "a" ], store.Keys(Ask.range "\000" "\000"))
    Assert.Equal(1L, store.Range(Ask.range "\000" "\000").Count)
    store.Put("b", "1") |> ignore
    Assert.Equal(51L, store.State.Revision)
    Assert.Equal<(string * int64) list>([ "a", 2L; "", 50L; "b", 51L ], rowsOf store.State)
