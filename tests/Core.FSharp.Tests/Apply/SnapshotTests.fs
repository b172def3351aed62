// Snapshots: large and small states, blocks that are cut, changed, left out or in the wrong order.
module Kv.Core.Tests.Apply.SnapshotTests

open System
open Xunit
open FsCheck.Xunit
open Kv.Core.Mvcc
open Kv.Core.Apply
open Kv.Core.Tests.Reference

/// Something of everything, in several blocks.
let private filled () =
    let store = TestStore()
    let random = Random 5

    store.Get<EmptyReply>(Command.MemberAdd(Member(9UL, "", [| "http://c" |], [||], true)))
    |> ignore

    store.Get<EmptyReply>(Command.MemberAdd(Member(8UL, "", [| "http://d" |], [||], true)))
    |> ignore

    store.Get<EmptyReply>(Command.MemberRemove 8UL) |> ignore
    store.Get<EmptyReply>(Command.ClusterVersion "3.6.0") |> ignore

    for id in 1L .. 40L do
        store.Get<LeaseReply>(Command.LeaseGrant(id, id * 2L)) |> ignore

    store.Get<LeaseReply>(Command.LeaseGrant(-5L, 9L)) |> ignore

    for i in 1..3_000 do
        let key = "key/" + random.Next(600).ToString()
        let lease = if i % 5 = 0 then 1L + random.NextInt64 40L else 0L

        store.Get<PutReply>(Command.Put(Ask.leased key (String('v', random.Next 120)) lease))
        |> ignore

        if i % 10 = 0 then
            store.Delete(key, "") |> ignore

    store.Get<EmptyReply>(Command.LeaseCheckpoint([| 3L |], [| 1L |])) |> ignore
    store.Compact 1_000L
    store.Get<EmptyReply>(Command.AlarmRaise(7UL, AlarmKind.NoSpace)) |> ignore
    store

let private same (expected: StoreState) (actual: StoreState) =
    Assert.NotNull actual
    Assert.Equal<byte[][]>(Snapshot.blocks expected, Snapshot.blocks actual)
    Assert.Equal(expected.StateHash(), actual.StateHash())
    Assert.Equal(expected.HashKv 0L, actual.HashKv 0L)
    Assert.Equal(expected.KeyCount, actual.KeyCount)
    Assert.Equal(expected.LiveBytes, actual.LiveBytes)
    Assert.Equal(expected.Mark.Index, actual.Mark.Index)
    Assert.Equal(expected.Mark.Term, actual.Mark.Term)
    Assert.Equal<uint64[]>(expected.Mark.Configuration.Voters, actual.Mark.Configuration.Voters)
    Assert.Equal(expected.ClusterId, actual.ClusterId)
    Assert.Equal(expected.ClusterVersion, actual.ClusterVersion)
    Assert.Equal<uint64 list>(List.ofSeq expected.RemovedMembers, List.ofSeq actual.RemovedMembers)
    Assert.Equal<struct (uint64 * AlarmKind) seq>(expected.Alarms, actual.Alarms)

    for lease in expected.Leases do
        let keys (state: StoreState) = [ for key in state.LeaseKeys lease.Id -> Text.ofBytes key ]
        Assert.Equal<string list>(keys expected, keys actual)

[<Fact>]
let ``an empty state comes back`` () =
    let state = StoreState.Create(99UL, TestStore.Members)
    let loaded = Snapshot.read (Snapshot.blocks state)
    same state loaded
    Assert.Equal(1L, loaded.Revision)

[<Fact>]
let ``a state of many blocks comes back`` () =
    let store = filled ()
    let blocks = Snapshot.blocks store.State
    Assert.InRange(blocks.Length, 5, 100)
    Assert.All(blocks, fun block -> Assert.InRange(block.Length, 1, 70_000))
    same store.State (Snapshot.read blocks)

[<Fact>]
let ``how far compaction has swept does not show`` () =
    let store = filled ()
    let before = Snapshot.blocks store.State
    let size = store.State.SizeBytes
    store.Sweep()
    Assert.True(store.State.SizeBytes < size)
    Assert.Equal<byte[][]>(before, Snapshot.blocks store.State)
    Assert.Equal(store.State.SizeBytes, (Snapshot.read before).SizeBytes)

[<Fact>]
let ``values larger than a block, and keys with more versions than one, come back`` () =
    let store = TestStore()
    store.Put("big", String('x', 300_000)) |> ignore

    for i in 1..2_000 do
        store.Put("many", String('y', 100) + i.ToString()) |> ignore

    store.Put("next", "z") |> ignore
    same store.State (Snapshot.read (Snapshot.blocks store.State))
    store.Delete("\000", "\000") |> ignore
    store.Compact store.State.Revision
    same store.State (Snapshot.read (Snapshot.blocks store.State))

[<Fact>]
let ``the hash covers what is replicated, not where the member is`` () =
    let store = TestStore()
    store.Put("a", "1") |> ignore
    let before = store.State
    store.ApplyEntry(Kv.Core.Raft.EntryKind.Normal, [||]) |> ignore
    Assert.Equal(before.AppliedIndex + 1UL, store.State.AppliedIndex)
    Assert.Equal(before.StateHash(), store.State.StateHash())

    for command in
        [
            Command.Put(Ask.put "a" "1")
            Command.Compact 2L
            Command.LeaseGrant(1L, 1L)
            Command.LeaseCheckpoint([| 1L |], [| 1L |])
            Command.ClusterVersion "1"
            Command.AlarmRaise(7UL, AlarmKind.NoSpace)
            Command.MemberPublish(7UL, "b", [||])
        ] do
        let hash = store.State.StateHash()
        store.Do command |> ignore
        Assert.NotEqual(hash, store.State.StateHash())

[<Fact>]
let ``blocks that are missing, doubled or out of order give no state`` () =
    let blocks = Snapshot.blocks (filled().State)
    let isRefused (blocks: byte[][]) = Assert.Null(Snapshot.read blocks)

    for i in 0 .. blocks.Length - 1 do
        isRefused (Array.removeAt i blocks)
        isRefused (Array.insertAt i blocks[i] blocks)

    isRefused (Array.rev blocks)
    isRefused (Array.append blocks [| Array.last blocks |])
    isRefused [||]

[<Fact>]
let ``a block that is cut is refused`` () =
    let store = TestStore()
    store.Get<LeaseReply>(Command.LeaseGrant(4L, 60L)) |> ignore
    store.Get<PutReply>(Command.Put(Ask.leased "a" "1" 4L)) |> ignore
    store.Put("b", "1") |> ignore
    let blocks = Snapshot.blocks store.State

    for i in 0 .. blocks.Length - 1 do
        for length in 0 .. blocks[i].Length - 1 do
            let cut = Array.copy blocks
            cut[i] <- Array.sub blocks[i] 0 length
            Assert.Null(Snapshot.read cut)

[<Property(MaxTest = 1_500)>]
let ``changed bytes are refused or are another state, and never an exception`` (seed: int) =
    let random = Random seed
    let store = TestStore()
    store.Get<LeaseReply>(Command.LeaseGrant(4L, 60L)) |> ignore

    for key in [ "a"; "b"; "c"; "a"; "b" ] do
        store.Get<PutReply>(Command.Put(Ask.leased key "1" 4L)) |> ignore

    store.Delete("c", "") |> ignore
    store.Compact 4L
    let blocks = Snapshot.blocks store.State
    let block = blocks[random.Next blocks.Length]
    block[random.Next block.Length] <- byte (random.Next 256)
    let loaded = Snapshot.read blocks

    // Whatever is taken is a state like any other: it can be written and read again.
    if not (isNull loaded) then
        same loaded (Snapshot.read (Snapshot.blocks loaded))
