// The store against the list of all changes: random commands, every reply and every state equal,
// however entries are batched, whenever slices of compaction run, and however old the state is.
module Kv.Core.Tests.Apply.StoreModelTests

open System
open System.Collections.Generic
open FsCheck.Xunit
open Xunit
open Kv.Core.Raft
open Kv.Core.Mvcc
open Kv.Core.Apply
open Kv.Core.Tests.Reference

let private checkHistory (random: Random) (state: StoreState) (model: Model) =
    let first = random.NextInt64(state.CompactRevision, state.Revision + 2L)
    let most = 1 + random.Next 5
    let rows = List<Row>()
    let next = state.ReadHistory(first, most, rows)

    let expected =
        Model.retained model
        |> List.filter (fun row -> row.Mod >= first && row.Mod < next)

    Assert.Equal<ModelRow list>(expected, [ for row in rows -> Real.row row ])

    if next <= state.Revision then
        Assert.True(rows.Count >= most)
        // The last revision was needed to reach the number of rows.
        let last = rows[rows.Count - 1].ModRevision
        Assert.True((expected |> List.filter (fun row -> row.Mod < last)).Length < most)
    else
        Assert.Equal(max first (state.Revision + 1L), next)

let private checkReads
    (random: Random)
    (commands: RandomCommand)
    (state: StoreState)
    (model: Model)
    =
    for _ in 1..6 do
        let request = commands.Range state.Revision
        let struct (error, reply) = state.Range request

        let real =
            if error = StoreError.None then
                Real.reply reply
            else
                Failed error

        Assert.Equal(Model.range request model, real)

    for row in Model.living model do
        Assert.Equal(row, Real.row (state.Get(Text.bytes row.Key, 0L)))

    checkHistory random state model

let private checkTotals (state: StoreState) (model: Model) =
    Assert.Equal(model.Revision, state.Revision)
    Assert.Equal(model.Compacted, state.CompactRevision)
    Assert.Equal(int64 (Model.living model).Length, state.KeyCount)

    let bytes rows =
        rows
        |> List.sumBy (fun (row: ModelRow) ->
            RowBytes.Overhead + int64 row.Key.Length + int64 row.Value.Length)

    Assert.Equal(bytes (Model.living model), state.LiveBytes)
    let retained = bytes (Model.retained model)
    Assert.InRange(state.SizeBytes, retained, Int64.MaxValue)

    if Object.ReferenceEquals(StoreMachine.CompactSlice(state, 1), state) then
        Assert.Equal(retained, state.SizeBytes)

let private checkLeases (state: StoreState) (model: Model) =
    Assert.Equal(model.Leases.Count, state.LeaseCount)

    Assert.Equal<(int64 * (int64 * int64)) list>(
        Map.toList model.Leases,
        [ for lease in state.Leases -> lease.Id, (lease.Ttl, lease.RemainingTtl) ]
    )

    for lease in state.Leases do
        Assert.Equal<string list>(
            Model.attached lease.Id model,
            [ for key in state.LeaseKeys lease.Id -> Text.ofBytes key ]
        )

let private checkHash (random: Random) (state: StoreState) (model: Model) =
    let revision = random.NextInt64(max 1L model.Compacted, model.Revision + 1L)
    let compacted = model.Compacted

    Assert.Equal(
        struct (StoreError.None, NaiveHash.compute model revision, compacted, revision),
        state.HashKv revision
    )

    if model.Revision > model.Compacted then
        let at = random.NextInt64(model.Compacted + 1L, model.Revision + 1L)

        Assert.Equal(struct (NaiveHash.ofCompaction model at, compacted), state.CompactionHash at)

/// All retained rows, read a few at a time.
let private readRows (random: Random) (state: StoreState) : List<Row> =
    let rows = List<Row>()
    let batch = List<Row>()
    let mutable last: Row = null
    let mutable isDone = false

    while not isDone do
        batch.Clear()
        state.ReadRows(last, 1 + random.Next 5, batch)
        rows.AddRange batch
        isDone <- batch.Count = 0

        if not isDone then
            last <- batch[batch.Count - 1]

    rows

let private stored (row: Row) : byte list * byte list =
    let key = Array.zeroCreate<byte>(StoredRow.KeyLength row)
    let value = Array.zeroCreate<byte>(StoredRow.ValueLength row)
    StoredRow.WriteKey(row, Span<byte> key)
    StoredRow.WriteValue(row, Span<byte> value)
    List.ofArray key, List.ofArray value

/// What an export would write is what the model has, and an import of it is the same state again.
let private checkExport (random: Random) (state: StoreState) (model: Model) =
    let rows = readRows random state
    let expected = Model.retained model
    Assert.Equal<ModelRow list>(expected, [ for row in rows -> Real.row row ])

    for row, expected in Seq.zip rows expected do
        Assert.Equal((NaiveHash.storedKey expected, NaiveHash.storedValue expected), stored row)

    let import = StateImport()

    for row in rows do
        Assert.True(import.AddRow row)

    for lease in state.Leases do
        Assert.True(import.AddLease lease)

    import.CompactAt state.CompactRevision
    Assert.Equal(state.Revision, import.Revision)

    let loaded =
        import.Complete(
            state.ClusterId,
            Array.ofSeq state.Members,
            Array.ofSeq state.Alarms,
            state.AppliedIndex,
            state.AppliedTerm
        )

    Assert.Empty import.SuppliedLeases
    // A file in etcd's format has no place for the v2 tree.
    let exported = StoreState { state.Data with V2 = loaded.Data.V2 }
    Assert.Equal<byte[][]>(Snapshot.blocks exported, Snapshot.blocks loaded)

let private check (random: Random) (commands: RandomCommand) (state: StoreState) (model: Model) =
    checkTotals state model
    checkReads random commands state model
    checkLeases state model
    checkHash random state model
    checkExport random state model

/// Applies the same entries in random batches, with slices of compaction in between.
let private again (random: Random) (entries: IReadOnlyList<Entry>) : StoreState =
    let mutable state = StoreState.Create(99UL, TestStore.Members)
    let mutable at = 0

    while at < entries.Count do
        let count = min (entries.Count - at) (1 + random.Next 20)
        let batch = Array.init count (fun i -> entries[at + i])
        state <- StoreMachine.Apply(state, batch, List<Outcome>())
        at <- at + count

        if random.Next 3 = 0 then
            state <- StoreMachine.CompactSlice(state, 1 + random.Next 10)

    state

[<Property(MaxTest = 60)>]
let ``random commands give the model's replies and states`` (seed: int) =
    let random = Random seed
    let commands = RandomCommand random
    let store = TestStore()
    let mutable model = Model.empty
    let kept = List<struct (StoreState * Model)>()

    for i in 1..150 do
        let command = commands.Next model.Revision
        let next, expected = Model.apply command model
        Assert.Equal(expected, Real.outcome (store.Do command))
        model <- next

        if random.Next 4 = 0 then
            let before = store.State.StateHash()
            store.State <- StoreMachine.CompactSlice(store.State, 1 + random.Next 4)
            Assert.Equal(before, store.State.StateHash())

        if i % 15 = 0 then
            check random commands store.State model
            kept.Add(struct (store.State, model))

    // Old states are what they were, whatever was built from them.
    for struct (state, model) in kept do
        check random commands state model

    let other = again random store.Entries
    Assert.Equal(store.State.StateHash(), other.StateHash())
    Assert.Equal<byte[][]>(Snapshot.blocks store.State, Snapshot.blocks other)

[<Property(MaxTest = 30)>]
let ``a state read from its snapshot goes on like the one it was written from`` (seed: int) =
    let random = Random seed
    let commands = RandomCommand random
    let store = TestStore()
    let mutable model = Model.empty

    for _ in 1 .. 60 + random.Next 60 do
        let command = commands.Next model.Revision
        model <- fst (Model.apply command model)
        store.Do command |> ignore

    let blocks = Snapshot.blocks store.State
    let loaded = Snapshot.read blocks
    Assert.Equal(store.State.AppliedIndex, loaded.AppliedIndex)
    Assert.Equal(store.State.StateHash(), loaded.StateHash())
    Assert.Equal<byte[][]>(blocks, Snapshot.blocks loaded)
    check random commands loaded model
    let twin = TestStore loaded

    for _ in 1..60 do
        let command = commands.Next model.Revision
        let next, expected = Model.apply command model
        model <- next
        Assert.Equal(expected, Real.outcome (store.Do command))
        Assert.Equal(expected, Real.outcome (twin.Do command))
        twin.State <- StoreMachine.CompactSlice(twin.State, 2)

    check random commands twin.State model
    Assert.Equal<byte[][]>(Snapshot.blocks store.State, Snapshot.blocks twin.State)
