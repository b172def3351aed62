// A handful of members in one thread, each with a disk that forgets what was not written, joined by
// a network that does what it is told. It is the host the Raft tests play; it checks at every step
// what must hold of any host's view of the reducer, and that the events fold to the state.
namespace Kv.Core.Tests.Raft

open System
open System.Collections.Generic
open System.Text
open Kv.Core
open Kv.Core.Raft
open Xunit

/// What survives a restart.
type internal Disk() =
    let mutable hard: HardState = { Term = 0UL; Vote = 0UL; Commit = 0UL }

    let entries = ResizeArray<Entry>()
    let mutable mark: SnapshotMark = null

    member _.Hard = hard
    member _.Entries = entries.ToArray()
    member _.Mark = mark

    member _.Format(first: SnapshotMark) = mark <- first

    member _.Holds(index: LogIndex, term: Term) =
        (index = mark.Index && term = mark.Term)
        || entries.Exists(fun entry -> entry.Index = index && entry.Term = term)

    member _.LastIndex =
        if entries.Count = 0 then
            mark.Index
        else
            entries[entries.Count - 1].Index

    member _.Write(batch: PersistBatch) =
        if not (isNull batch.Snapshot) then
            mark <- batch.Snapshot
            entries.Clear()

        if batch.Entries.Length > 0 then
            let first = batch.Entries[0].Index
            entries.RemoveAll(fun entry -> entry.Index >= first) |> ignore
            entries.AddRange batch.Entries

        match batch.HardState with
        | ValueSome state -> hard <- state
        | ValueNone -> ()

    /// A snapshot of the applied state was saved; the log in front of it goes.
    member _.Compact(snapshot: SnapshotMark) =
        mark <- snapshot
        entries.RemoveAll(fun entry -> entry.Index <= snapshot.Index) |> ignore

/// One member and its host.
type internal Member(options: RaftOptions, first: SnapshotMark) =
    let disk = Disk()
    do disk.Format first

    let restore () =
        RaftMachine.Restore(options, disk.Hard, disk.Mark, disk.Entries)

    member val State = restore () with get, set
    /// The same state, folded from the events alone.
    member val Folded = (restore ()).Node with get, set
    member val Output = StepOutput(RecordsEvents = true)
    member val Writes = Queue<PersistBatch>()
    /// The applied entries behind the snapshot the run began with.
    member val Applied = ResizeArray<Entry>()
    member val AppliedIndex = first.Index with get, set
    member val AppliedTerm = first.Term with get, set
    /// The configuration at the applied index, as announced.
    member val Configuration = first.Configuration with get, set
    member _.Id = options.Id
    member _.Disk = disk

    /// What a snapshot of the store would stand for now.
    member this.Mark =
        SnapshotMark(this.AppliedIndex, this.AppliedTerm, this.Configuration)

    /// A crash in the middle of the oldest write: some of its entries reached the disk, nothing else.
    member this.Tear() =
        if this.Writes.Count > 0 then
            let batch = this.Writes.Peek()

            if isNull batch.Snapshot && batch.Entries.Length > 0 then
                let some = Array.truncate (1 + batch.Entries.Length / 2) batch.Entries
                disk.Write(PersistBatch(batch.Sequence, ValueNone, some, null, true, [||]))

    /// A crash and a start: whatever was not written is gone.
    member this.Restart() =
        this.Writes.Clear()
        this.AppliedIndex <- disk.Mark.Index
        this.AppliedTerm <- disk.Mark.Term
        this.Configuration <- disk.Mark.Configuration
        this.Applied.RemoveAll(fun entry -> entry.Index > disk.Mark.Index) |> ignore
        this.State <- restore ()
        this.Folded <- this.State.Node

/// The members, the messages under way, and the trace of what happened.
type internal Cluster() =
    let members = SortedDictionary<NodeId, Member>()
    let network = ResizeArray<Message>()
    let isolated = HashSet<NodeId>()
    let trace = StringBuilder()
    /// Who led each term: never two.
    let leaders = Dictionary<Term, NodeId>()
    /// The committed log as first applied anywhere: never two entries for one index.
    let committed = SortedDictionary<LogIndex, Entry>()

    /// The reads under way: no answer may be older than what was committed when they were asked.
    let reads = Dictionary<uint64, LogIndex>()

    let mutable steps = 0

    let highestCommit () =
        let mutable highest = 0UL

        for host in members.Values do
            highest <- max highest host.State.Status.Commit

        highest

    member _.Members = members
    member _.Network = network
    member _.Isolated = isolated
    member _.Committed = committed
    /// How often the fold of the events is compared with the state.
    member val StepsPerCheck = 1 with get, set
    member val ShowsEvents = false with get, set
    member val ShowsEffects = true with get, set
    /// Told of every step: the member behind it, its output still full; the state before; the input.
    member val Watcher: (Member -> RaftState -> Input -> unit) = (fun _ _ _ -> ()) with get, set

    member _.Say(line: string) =
        trace.Append(line).Append('\n') |> ignore

    member _.TakeTrace() =
        let text = trace.ToString()
        trace.Clear() |> ignore
        text

    member _.Add(options: RaftOptions, first: SnapshotMark) =
        members[options.Id] <- Member(options, first)

    member private _.CheckSent(sender: Member, message: Message) =
        match message.Body with
        | MessageBody.AppendAccepted index ->
            Assert.True(
                sender.Disk.LastIndex >= index,
                "an index was acknowledged that is not durable"
            )
        | MessageBody.VoteResponse true ->
            Assert.True(
                sender.Disk.Hard.Term > message.Term
                || (sender.Disk.Hard.Term = message.Term && sender.Disk.Hard.Vote = message.To),
                "a vote was given that is not durable"
            )
        | MessageBody.VoteRequest(lastIndex, lastTerm, _) ->
            Assert.True(
                sender.Disk.Hard.Term = message.Term && sender.Disk.Hard.Vote = sender.Id,
                "votes were asked for before the own one was durable"
            )

            Assert.True(
                sender.Disk.Holds(lastIndex, lastTerm),
                "votes were asked for a log that is not durable"
            )
        | _ -> ()

    member private _.IsCut(message: Message) =
        isolated.Contains message.From || isolated.Contains message.To

    member this.Post(message: Message) =
        this.CheckSent(members[message.From], message)

        // A snapshot's fate must be reported to its sender: it fails at delivery.
        if message.IsSnapshot || not (this.IsCut message) then
            network.Add message

    member private _.Apply(node: Member, entries: Entry[]) =
        for entry in entries do
            Assert.Equal(node.AppliedIndex + 1UL, entry.Index)
            Assert.True(node.Disk.Holds(entry.Index, entry.Term), "applied before it was durable")

            match committed.TryGetValue entry.Index with
            | true, known ->
                Assert.Equal(known.Term, entry.Term)
                Assert.True(known.Data.Span.SequenceEqual entry.Data.Span, "two logs committed")
            | false, _ -> committed[entry.Index] <- entry

            node.AppliedIndex <- entry.Index
            node.AppliedTerm <- entry.Term
            node.Applied.Add entry

    member private this.Perform(node: Member, effect: Effect) =
        if this.ShowsEffects then
            this.Say("  " + Describe.Effect effect)

        match effect with
        | Effect.Persist batch -> node.Writes.Enqueue batch
        | Effect.Send message -> this.Post message
        | Effect.Apply entries -> this.Apply(node, entries)
        | Effect.RestoreSnapshot mark ->
            node.AppliedIndex <- mark.Index
            node.AppliedTerm <- mark.Term
            node.Applied.Clear()
        | Effect.LeadershipChanged(Role.Leader, term, _) ->
            Assert.True(leaders.TryAdd(term, node.Id) || leaders[term] = node.Id, "two leaders")
        | Effect.ConfigurationChanged configuration -> node.Configuration <- configuration
        | Effect.SendSnapshot(peer, term) ->
            this.Post(Message(node.Id, peer, term, MessageBody.InstallSnapshot node.Mark))
        | Effect.ReleaseRead(context, index) ->
            Assert.True(index >= reads[context], "a read was released too early")
        | Effect.LeadershipChanged _
        | Effect.RefuseRead _
        | Effect.RefuseProposals _
        | Effect.RefuseConfiguration _ -> ()

    /// One step of a member, with what its host does at once.
    member this.Step(id: NodeId, input: Input) =
        let node = members[id]
        let before = node.AppliedIndex

        if this.ShowsEffects then
            this.Say("> " + id.ToString() + " " + Describe.Input input)

        match input with
        | Input.ReadRequested context -> reads[context] <- highestCommit ()
        | _ -> ()

        let start = node.State
        node.State <- RaftMachine.Step(start, input, node.Output)
        this.Watcher node start input

        for event in node.Output.Events do
            node.Folded <- Evolve.next node.Folded event

            if this.ShowsEvents then
                this.Say("  . " + Describe.Event event)

        steps <- steps + 1

        if steps % this.StepsPerCheck = 0 then
            Assert.Equal(Describe.State node.State, Describe.Node node.Folded)

        let effects = node.Output.Effects.ToArray()
        node.Output.Clear()

        for effect in effects do
            this.Perform(node, effect)

        if node.AppliedIndex > before then
            this.Quietly(fun () -> this.Step(id, Input.Applied node.AppliedIndex))

    /// Runs without trace.
    member this.Quietly(run: unit -> unit) =
        let shown = this.ShowsEffects
        this.ShowsEffects <- false
        run ()
        this.ShowsEffects <- shown

    /// Writes the oldest batches; false if there are none.
    member this.Persist(id: NodeId, count: int) =
        let node = members[id]
        let mutable written = 0

        while written < count && node.Writes.Count > 0 do
            let batch = node.Writes.Dequeue()
            node.Disk.Write batch
            written <- written + 1

            for message in batch.Messages do
                this.Post message

            this.Step(id, Input.Persisted batch.Sequence)

        written > 0

    /// Loses one message; a snapshot's fate is reported to its sender.
    member this.Drop(message: Message) =
        network.Remove message |> ignore

        match message.Body with
        | MessageBody.InstallSnapshot mark ->
            this.Step(message.From, Input.SnapshotSent(message.To, mark.Index, false))
        | _ -> ()

    /// Delivers one message; a snapshot's fate is reported to its sender.
    member this.Deliver(message: Message) =
        if this.IsCut message then
            this.Drop message
        else
            network.Remove message |> ignore
            this.Step(message.To, Input.Received message)

            match message.Body with
            | MessageBody.InstallSnapshot mark ->
                this.Step(message.From, Input.SnapshotSent(message.To, mark.Index, true))
            | _ -> ()

    /// Cuts members off; what is under way to and from them is lost.
    member this.Isolate(ids: NodeId[]) =
        isolated.UnionWith ids

        for message in network.FindAll(fun m -> this.IsCut m) do
            this.Drop message

    /// Writes and delivers until nothing is left to do for these members.
    member this.Stabilize(ids: NodeId[]) =
        let mutable turns = 0
        let mutable goesOn = true

        while goesOn do
            turns <- turns + 1
            Assert.True(turns < 1000, "the members never come to rest")
            goesOn <- false

            for id in ids do
                for message in network.FindAll(fun m -> m.To = id).ToArray() do
                    this.Deliver message
                    goesOn <- true

            for id in ids do
                if this.Persist(id, Int32.MaxValue) then
                    goesOn <- true
