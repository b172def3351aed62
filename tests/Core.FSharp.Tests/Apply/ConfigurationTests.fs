// Configuration entries in the store: Raft's configuration follows the log, and the command that
// travels with a change is applied like any other.
module Kv.Core.Tests.Apply.ConfigurationTests

open System
open System.Collections.Generic
open Xunit
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Mvcc
open Kv.Core.Apply
open Kv.Core.Tests.Reference

let private change
    (store: TestStore)
    (steps: (ConfigurationOperation * uint64) list)
    (command: Command voption)
    =
    let steps = [| for operation, node in steps -> { Operation = operation; Node = node } |]

    let context =
        match command with
        | ValueSome command -> CommandCodec.Encode(77UL, command)
        | ValueNone -> [||]

    let data =
        ConfigurationCodec.Encode(ConfigurationChange(steps, ReadOnlyMemory<byte> context))

    store.ApplyEntry(EntryKind.Configuration, data) |> List.exactlyOne

let private learner id =
    Member(id, "", [| "http://m" + id.ToString() |], [||], true)

[<Fact>]
let ``a change and its command are applied together`` () =
    let store = TestStore()
    let added = Command.MemberAdd(learner 9UL)

    let outcome =
        change store [ ConfigurationOperation.AddLearner, 9UL ] (ValueSome added)

    Assert.Equal(StoreError.None, outcome.Error)
    Assert.Equal(77UL, outcome.RequestId)
    Assert.Equal<uint64[]>([| 9UL |], store.State.Configuration.Learners)
    Assert.Equal(2, store.State.Members.Count)
    let promoted = Command.MemberPromote 9UL

    change store [ ConfigurationOperation.AddVoter, 9UL ] (ValueSome promoted)
    |> ignore

    Assert.Equal<uint64[]>([| 7UL; 9UL |], store.State.Mark.Configuration.Voters)
    Assert.Empty store.State.Configuration.Learners

    change store [ ConfigurationOperation.Remove, 7UL ] (ValueSome(Command.MemberRemove 7UL))
    |> ignore

    Assert.Equal<uint64[]>([| 9UL |], store.State.Configuration.Voters)
    Assert.Equal<uint64 list>([ 7UL ], List.ofSeq store.State.RemovedMembers)

[<Fact>]
let ``a change of several voters is joint until the empty change leaves it`` () =
    let store = TestStore()
    let steps = [ for id in [ 8UL; 9UL ] -> ConfigurationOperation.AddVoter, id ]
    let outcome = change store steps ValueNone
    Assert.Equal(0UL, outcome.RequestId)
    Assert.IsType<EmptyReply> outcome.Reply |> ignore
    Assert.True store.State.Configuration.IsJoint
    let loaded = Snapshot.read (Snapshot.blocks store.State)
    Assert.Equal<uint64[]>([| 7UL |], loaded.Configuration.Outgoing)
    Assert.True loaded.Configuration.AutoLeave
    change store [] ValueNone |> ignore
    Assert.False store.State.Configuration.IsJoint
    Assert.Equal<uint64[]>([| 7UL; 8UL; 9UL |], store.State.Configuration.Voters)

[<Fact>]
let ``the configuration follows the log even if the command with it fails`` () =
    let store = TestStore()
    let unknown = Command.MemberPromote 9UL

    let outcome =
        change store [ ConfigurationOperation.AddVoter, 9UL ] (ValueSome unknown)

    Assert.Equal(StoreError.MemberNotFound, outcome.Error)
    Assert.Equal<uint64[]>([| 7UL; 9UL |], store.State.Configuration.Voters)

[<Fact>]
let ``a malformed change is skipped with an outcome`` () =
    let store = TestStore()

    let outcome =
        store.ApplyEntry(EntryKind.Configuration, [| 200uy; 1uy |]) |> List.exactlyOne

    Assert.Equal(StoreError.Malformed, outcome.Error)
    Assert.Equal<uint64[]>([| 7UL |], store.State.Configuration.Voters)

[<Fact>]
let ``members start as voters or learners`` () =
    let state = StoreState.Create(1UL, Array.append TestStore.Members [| learner 3UL |])
    Assert.Equal<uint64[]>([| 7UL |], state.Configuration.Voters)
    Assert.Equal<uint64[]>([| 3UL |], state.Configuration.Learners)

[<Fact>]
let ``an empty entry has no outcome but is applied, and a gap is a broken invariant`` () =
    let store = TestStore()
    Assert.Empty(store.ApplyEntry(EntryKind.Normal, [||]))
    Assert.Equal(1UL, store.State.AppliedIndex)
    Assert.Equal(3UL, store.State.AppliedTerm)
    let gap = [| Entry(3UL, 3UL, EntryKind.Normal, ReadOnlyMemory<byte>.Empty) |]

    Assert.Throws<InvariantException>(fun () ->
        StoreMachine.Apply(store.State, gap, List<Outcome>()) |> ignore)
    |> ignore

    Assert.Same(store.State, StoreMachine.Apply(store.State, [||], List<Outcome>()))
