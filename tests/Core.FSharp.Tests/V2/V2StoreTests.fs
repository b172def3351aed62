// The v2 store against the table of paths: random requests, every answer and every state equal,
// however entries are batched and whenever the state goes through a snapshot.
module Kv.Core.Tests.V2.V2StoreTests

open System
open System.Collections.Generic
open FsCheck.Xunit
open Xunit
open Kv.Core.Raft
open Kv.Core.Apply
open Kv.Core.V2
open Kv.Core.Tests.Reference

/// A clock reading after the year 2000, from which ends count.
let private start = 1_700_000_000_000_000_000L

let private second = 1_000_000_000L
let private names = [| "a"; "b"; "_h"; "ab"; "\255" |]

let private path (random: Random) =
    String.Join(
        "",
        [
            for _ in 1 .. random.Next 4 do
                "/" + names[random.Next names.Length]
        ]
    )

let private request (random: Random) (now: int64) (index: uint64) =
    let oneIn n = random.Next n = 0

    let value n =
        if oneIn n then "" else string (random.Next 3)

    V2Request(
        enum<V2Operation>(random.Next 7),
        Text.bytes (path random),
        now,
        Value = Text.bytes (value 3),
        PreviousValue = Text.bytes (if oneIn 2 then value 2 else ""),
        PreviousIndex =
            (if oneIn 3 then
                 index - min index (uint64 (random.Next 6))
             else
                 0UL),
        ExpiresNs =
            (match random.Next 4 with
             | 0 -> now + int64 (random.Next 6) * second
             | 1 when oneIn 5 -> 1L
             | _ -> 0L),
        IsRefresh = oneIn 6,
        IsDirectory = oneIn 5,
        IsRecursive = oneIn 4
    )

let private image (node: V2Image) : V2ModelImage =
    Text.ofBytes node.Path,
    (if node.HasValue then
         Some(Text.ofBytes node.Value)
     else
         None),
    node.IsDirectory,
    node.CreatedIndex,
    node.ModifiedIndex,
    node.ExpiresNs

let private event (real: V2Event) : V2ModelEvent = {
    Action = real.Action
    Node = image real.Node
    Previous =
        if isNull real.Previous then
            None
        else
            Some(image real.Previous)
    IsRefresh = real.IsRefresh
}

let private refusal (error: V2Error) =
    Refused(error.Code, Text.ofBytes error.Cause, error.Index)

let private result (reply: V2Reply) =
    if isNull reply.Error then
        Done(event reply.Event)
    else
        refusal reply.Error

/// Every node of the state by its path.
let private table (state: V2State) =
    let found = SortedDictionary<string, V2ModelNode>(StringComparer.Ordinal)

    let rec visit (at: string) (node: V2Node) =
        for child in node.Children() do
            let path = at + "/" + Text.ofBytes child.Name

            found[path] <- {
                IsDirectory = child.IsDirectory
                Value = Text.ofBytes child.Value
                Created = child.CreatedIndex
                Modified = child.ModifiedIndex
                Ends = child.ExpiresNs
            }

            visit path child

    visit "" state.Root
    found

let private checkFind (random: Random) (state: V2State) (model: V2Model) =
    let watched = path random
    let since = 1UL + uint64 (random.NextInt64(int64 model.Index + 2L))
    let isRecursive = random.Next 2 = 0

    let struct (error, found) =
        state.FindEvent((Text.bytes watched).ToArray(), isRecursive, since)

    let real =
        if not (isNull error) then Some(refusal error)
        elif isNull found then None
        else Some(Done(event found))

    Assert.Equal(model.Find(watched, isRecursive, since), real)

let private checkState (random: Random) (state: V2State) (model: V2Model) =
    Assert.Equal(model.Index, state.Index)

    Assert.Equal<KeyValuePair<string, V2ModelNode> seq>(
        SortedDictionary<string, V2ModelNode>(model.Nodes, StringComparer.Ordinal),
        table state
    )

    let ends = [
        for node in model.Nodes.Values do
            if node.Ends <> 0L then
                node.Ends
    ]

    Assert.Equal((if ends.IsEmpty then Int64.MaxValue else List.min ends), state.NextEndNs)
    checkFind random state model

let private run (seed: int) (steps: int) (check: Random -> TestStore -> V2Model -> unit) =
    let random = Random seed
    let store = TestStore()
    let model = V2Model()
    let mutable now = start

    for _ in 1..steps do
        if random.Next 10 = 0 then
            now <- now + int64 (random.Next 3) * second
            let reply = store.Get<V2Reply>(Command.V2Expire now)

            Assert.Equal<V2ModelEvent list>(
                model.Expire now,
                [ for change in reply.Changes -> event change.Event ]
            )
        else
            let asked = request random now model.Index
            let expected = model.Write asked
            let reply = store.Get<V2Reply>(Command.V2Write asked)
            Assert.Equal(expected, result reply)
            Assert.Equal(model.Index, reply.Index)

        check random store model

    store

[<Property(MaxTest = 30)>]
let ``every answer and every state is that of the table`` (seed: int) =
    run seed 150 (fun random store model -> checkState random store.State.V2 model)
    |> ignore

[<Property(MaxTest = 15)>]
let ``a state that went through a snapshot goes on in the same way`` (seed: int) =
    let goThrough (random: Random) (store: TestStore) (model: V2Model) =
        if random.Next 25 = 0 then
            let blocks = Snapshot.blocks store.State
            let loaded = Snapshot.read blocks
            Assert.NotNull loaded
            Assert.Equal<byte[][]>(blocks, Snapshot.blocks loaded)
            Assert.Equal(store.State.StateHash(), loaded.StateHash())
            checkState random loaded.V2 model
            store.State <- loaded

    run seed 200 goThrough |> ignore

[<Property(MaxTest = 15)>]
let ``batches make no difference, and leave older states alone`` (seed: int) =
    let store = run seed 120 (fun _ _ _ -> ())
    let random = Random seed
    let mutable state = StoreState.Create(99UL, TestStore.Members)
    let mutable at = 0
    let seen = List<struct (StoreState * uint64)>()

    while at < store.Entries.Count do
        let count = min (1 + random.Next 30) (store.Entries.Count - at)
        let entries = store.Entries.GetRange(at, count).ToArray()
        state <- StoreMachine.Apply(state, entries, List<Outcome>())
        seen.Add(struct (state, state.StateHash()))
        at <- at + count

    Assert.Equal(store.State.StateHash(), state.StateHash())

    for struct (old, hash) in seen do
        Assert.Equal(hash, old.StateHash())

[<Fact>]
let ``the newest thousand events are known, through a snapshot too`` () =
    let store = TestStore()

    for i in 1..1_500 do
        let asked =
            V2Request(V2Operation.Set, Text.bytes $"/k{i % 7}", start, Value = Text.bytes "v")

        store.Get<V2Reply>(Command.V2Write asked) |> ignore

    for state in [ store.State; Snapshot.read (Snapshot.blocks store.State) ] do
        let find since =
            state.V2.FindEvent((Text.bytes "").ToArray(), true, since)

        let struct (error, _) = find 500UL
        Assert.Equal(V2Code.EventIndexCleared, error.Code)
        Assert.Equal("the requested history has been cleared [501/500]", Text.ofBytes error.Cause)
        let struct (noError, oldest) = find 501UL
        Assert.Null noError
        Assert.Equal(501UL, oldest.Index)
        Assert.Equal(1_000, state.V2.EventsAfter(0UL).Length)

[<Fact>]
let ``a state without v2 has no v2 blocks, and v2 does not touch the keys above`` () =
    let store = TestStore()
    store.Put("k", "v") |> ignore
    let plain = Snapshot.blocks store.State
    Assert.DoesNotContain(plain, fun block -> block[0] >= 40uy)
    let revision = store.State.Revision
    let hash = store.State.StateHash()

    let asked =
        V2Request(V2Operation.Set, Text.bytes "/k", start, Value = Text.bytes "v")

    let reply = store.Get<V2Reply>(Command.V2Write asked)
    Assert.Equal(revision, reply.Revision)
    Assert.Equal(revision, store.State.Revision)
    Assert.NotEqual(hash, store.State.StateHash())
    Assert.Contains(Snapshot.blocks store.State, fun block -> block[0] >= 40uy)
    Assert.Equal(0UL, (Snapshot.read plain).V2.Index)

[<Fact>]
let ``v2 blocks that are cut, changed, left out or out of place are refused`` () =
    let store = run 7 150 (fun _ _ _ -> ())
    let blocks = Snapshot.blocks store.State
    let first = blocks |> Array.findIndex (fun block -> block[0] >= 40uy)
    let last = blocks |> Array.findIndexBack (fun block -> block[0] >= 40uy)
    Assert.True(last > first)

    for at in first..last do
        Assert.Null(Snapshot.read (Array.removeAt at blocks))

        for length in 0 .. blocks[at].Length - 1 do
            let cut = Array.copy blocks
            cut[at] <- Array.sub blocks[at] 0 length
            Assert.Null(Snapshot.read cut)

[<Property(MaxTest = 200)>]
let ``a changed byte in a v2 block never breaks the reducer`` (seed: int) =
    let random = Random seed
    let store = run (seed % 5) 80 (fun _ _ _ -> ())
    let blocks = Snapshot.blocks store.State

    let at =
        blocks
        |> Array.indexed
        |> Array.filter (fun (_, block) -> block[0] >= 40uy)
        |> Array.map fst

    let one = at[random.Next at.Length]
    blocks[one] <- Array.copy blocks[one]
    blocks[one][random.Next blocks[one].Length] <- byte (random.Next 256)
    let loaded = Snapshot.read blocks

    // What is taken must work: every operation on it, to the end.
    if not (isNull loaded) then
        let broken = TestStore loaded

        for _ in 1..60 do
            let asked = request random start loaded.V2.Index
            broken.Get<V2Reply>(Command.V2Write asked) |> ignore

        broken.Get<V2Reply>(Command.V2Expire Int64.MaxValue) |> ignore
        Assert.Equal(Int64.MaxValue, broken.State.V2.NextEndNs)

[<Fact>]
let ``a very deep path is no danger`` () =
    let store = TestStore()
    let deep = String.replicate 4_000 "/d"

    let asked =
        V2Request(V2Operation.Set, Text.bytes deep, start, ExpiresNs = start + second)

    store.Get<V2Reply>(Command.V2Write asked) |> ignore
    let loaded = Snapshot.read (Snapshot.blocks store.State)
    Assert.Equal(store.State.StateHash(), loaded.StateHash())
    let gone = V2Request(V2Operation.Delete, Text.bytes "/d", start, IsRecursive = true)
    let reply = store.Get<V2Reply>(Command.V2Write gone)
    Assert.NotNull(reply.Changes[0].Removed.Descendant((Text.bytes (deep.Substring 2)).ToArray()))
    Assert.Equal(Int64.MaxValue, store.State.V2.NextEndNs)

[<Theory>]
[<InlineData("", "")>]
[<InlineData("/", "")>]
[<InlineData("a//b/", "/a/b")>]
[<InlineData("/a/./b", "/a/b")>]
[<InlineData("/a/../b", "/b")>]
[<InlineData("/../..", "")>]
[<InlineData("/a/b/../../../c", "/c")>]
[<InlineData("/.../..a", "/.../..a")>]
let ``paths are made canonical`` (path: string, expected: string) =
    let clean = V2Path.Clean((Text.bytes path).Span)
    Assert.Equal(expected, Text.ofBytes (ReadOnlyMemory<byte> clean))
    Assert.True(V2Path.IsCanonical(ReadOnlySpan<byte> clean))
    Assert.Equal((path = expected), V2Path.IsCanonical((Text.bytes path).Span))

[<Theory>]
[<InlineData("", "/_a", true)>]
[<InlineData("", "/a/_b/c", true)>]
[<InlineData("/_a", "/_a/b", false)>]
[<InlineData("/_a", "/_a/_b", true)>]
[<InlineData("/a", "/a", false)>]
[<InlineData("/a/_b", "/a", false)>]
let ``changes of hidden nodes are hidden from above only``
    (watched: string, path: string, expected: bool)
    =
    Assert.Equal(expected, V2Path.IsHidden((Text.bytes watched).Span, (Text.bytes path).Span))

[<Fact>]
let ``seconds left are counted as begun`` () =
    Assert.Equal(0L, V2Time.TtlSeconds(0L, start))
    Assert.Equal(5L, V2Time.TtlSeconds(start + 5L * second, start))
    Assert.Equal(5L, V2Time.TtlSeconds(start + 4L * second + 1L, start))
    Assert.Equal(0L, V2Time.TtlSeconds(start, start))
    Assert.Equal(-1L, V2Time.TtlSeconds(start - second - 1L, start))
