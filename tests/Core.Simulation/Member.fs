// One member: the Raft core, its disk, and the thin host between them. The host keeps the contract
// of the effects to the letter; where a mutant breaks it, a checker must notice.
namespace Kv.Core.Simulation

open System
open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation.Checkers

/// What members of a run share.
[<NoComparison; NoEquality>]
type Surroundings = {
    Options: SimOptions
    Queue: EventQueue
    Network: VirtualNetwork
    Trace: Trace
    Observers: Observers
}

/// A member that starts with what `disk` holds. `rng` is its own stream.
[<Sealed>]
type Member(id: NodeId, disk: VirtualDisk, rng: SplitMix, around: Surroundings) =
    let options = around.Options
    let observers = around.Observers
    let trace = around.Trace
    let log = MemberLog()
    let notes = TurnNotes()
    let inbox = Queue<Input>()
    let mutable output = StepOutput()
    let contact = LeaderContact(options, id)
    let mutable raft: RaftState = null
    let mutable status: RaftStatus = null
    let mutable leadership = struct (Role.Follower, 0UL, 0UL)
    let mutable applier: Applier voption = ValueNone
    let mutable written = disk.HardState
    let mutable sequence = 0UL
    let mutable incarnation = 0
    let mutable isTurnScheduled = false

    let event (kind: TraceKind) (a: uint64) (b: uint64) (c: uint64) =
        trace.Event(around.Queue.Now, id, kind, a, b, c)

    let raftOptions () =
        let o = RaftOptions(id, options.ElectionTicks, options.HeartbeatTicks, rng.Next())
        o.PreVote <- options.PreVote
        o.CheckQuorum <- options.CheckQuorum
        o.AppendBytesMax <- options.AppendBytesMax
        o.InflightCountMax <- options.InflightCountMax
        o.InflightBytesMax <- options.InflightBytesMax
        o.UncommittedBytesMax <- options.UncommittedBytesMax
        o.TailEntriesMax <- options.TailEntriesMax
        o.TailBytesMax <- options.TailBytesMax
        o

    let schedule (delay: int) (next: SimEvent) = around.Queue.After(int64 delay, next)

    /// The member's applier; only while it is up.
    member _.Applier: Applier = applier.Value
    member _.Incarnation = incarnation
    member _.IsUp = not (isNull raft)
    member _.Id = id
    member _.Disk = disk
    member _.Log = log
    member _.Status = status

    interface IObserved with
        member _.Id = id
        member _.Log = log
        member _.Disk = disk
        member _.Status = status

    /// Starts the member from its disk.
    member this.Start() =
        let recovered = disk.Recover()
        let snapshot = recovered.Snapshot
        let entries = recovered.Entries
        raft <- RaftMachine.Restore(raftOptions (), recovered.HardState, snapshot.Mark, entries)
        status <- raft.Status
        leadership <- struct (status.Role, status.Term, status.Leader)
        written <- recovered.HardState
        sequence <- 0UL
        log.Reset(snapshot.Index, snapshot.Term)
        log.Append(entries, entries.Length)
        applier <- ValueSome(Applier(options, rng.Fork(), this, observers, snapshot))
        notes.Begin status
        event TraceKind.Start (uint64 incarnation) log.LastIndex status.Commit
        observers.Monotonicity.OnRestart(this, recovered, status)
        observers.States.OnRestored(this, snapshot)
        observers.History.OnRestart(this, status.Commit)

        let period =
            int Time.unitsPerTick + (if options.TickSkewed then int (id % 3UL) - 1 else 0)

        schedule (1 + rng.Below period) (SimEvent.Tick(id, incarnation))

    /// Stops at once; what was not durable may be lost.
    member _.Crash() =
        disk.Crash()
        incarnation <- incarnation + 1
        isTurnScheduled <- false
        inbox.Clear()
        output <- StepOutput()
        raft <- null
        status <- null
        applier <- ValueNone
        event TraceKind.Crash (uint64 incarnation) disk.Log.LastIndex disk.HardState.Term

    /// Puts an input into the inbox; it is handled in a turn soon after.
    member _.Enqueue(input: Input) =
        inbox.Enqueue input

        if not isTurnScheduled then
            isTurnScheduled <- true
            schedule (rng.Between(0, options.TurnUnitsMax)) (SimEvent.Turn(id, incarnation))

    /// The heartbeat timer went.
    member this.OnTick() =
        let skew = if options.TickSkewed then int (id % 3UL) - 1 else 0
        schedule (int Time.unitsPerTick + skew) (SimEvent.Tick(id, incarnation))
        this.Enqueue Input.Tick

    /// A message came in.
    member this.OnReceived(message: Message) =
        let number = MessageNumber.ofBody message.Body
        event TraceKind.Receive message.From number message.Term

        if trace.IsRecording then
            trace.Note(MessageNumber.describe message.Body)

        contact.OnReceived message.From
        this.Enqueue(Input.Received message)

    /// Handles everything in the inbox, then hands out the effects.
    member this.OnTurn() =
        isTurnScheduled <- false

        while inbox.Count > 0 do
            this.Step(inbox.Dequeue())

            if options.DrainsEachStep then
                this.HandOut()

        this.HandOut()

    /// The disk finished everything up to this sequence.
    member this.OnDiskDone(upTo: uint64) =
        let mutable batch = disk.Complete upTo

        while not (isNull batch) do
            event TraceKind.Durable batch.Sequence disk.Log.LastIndex disk.HardState.Term
            observers.Votes.OnDurable this

            if options.HostMutant <> HostMutant.SendBeforeDurable then
                for message in batch.Messages do
                    this.Post message

            this.Enqueue(Input.Persisted batch.Sequence)
            batch <- disk.Complete upTo

    /// The applier finished a unit of work.
    member this.OnApplyDone() =
        let applier = this.Applier
        applier.RunOne()
        this.Enqueue(Input.Applied applier.State.Index)

    /// A snapshot stream from a peer is durable here.
    member this.OnSnapshotReceived(message: Message, state: AppliedState) =
        disk.Receive state
        this.OnReceived message

    /// Starts to write a snapshot of the applied state.
    member this.TakeSnapshot() =
        let state = this.Applier.State

        if state.Index > disk.Snapshot.Index then
            let delay = 1 + rng.Below options.SnapshotUnitsMax
            schedule delay (SimEvent.SnapshotWritten(id, incarnation, state))

    /// The snapshot of the member's own state is durable.
    member _.OnSnapshotWritten(state: AppliedState) =
        event TraceKind.Snapshot state.Index state.Term 0UL
        observers.Stats.LocalSnapshots <- observers.Stats.LocalSnapshots + 1L
        disk.AddSnapshot state

    /// A client reads through this member.
    member this.Read(context: uint64) =
        event TraceKind.Read context observers.History.LastIndex 0UL
        observers.Reads.OnRequested(id, context)

        if options.HostMutant = HostMutant.ServeReadsLocally then
            observers.Reads.OnReleased(id, context, this.Applier.State.Index, status.Commit)
        else
            this.Enqueue(Input.ReadRequested context)

    /// A client proposes through this member; `firstId` is the first payload's id.
    member this.Propose(payloads: ReadOnlyMemory<byte>[], firstId: uint64) =
        event TraceKind.Propose firstId (uint64 payloads.Length) 0UL

        for payload in payloads do
            observers.Proposals.OnProposed(id, Payload.id payload)

        if options.HostMutant = HostMutant.LieAboutRefusals && rng.Chance 50 then
            observers.Proposals.OnRefused(id, firstId)

        this.Enqueue(Input.Proposed payloads)

    /// An operator changes the membership through this member.
    member this.Change(change: ConfigurationChange) =
        let changeId = Payload.id change.Context
        event TraceKind.Change changeId (uint64 change.Steps.Length) 0UL
        observers.Proposals.OnProposed(id, changeId)
        this.Enqueue(Input.ConfigurationProposed change)

    member private this.Step(input: Input) =
        let before = status
        raft <- RaftMachine.Step(raft, input, output)
        status <- raft.Status
        notes.OnStep(before, status)
        observers.Monotonicity.OnStep(this, before, status)

        if status.Role = Role.Leader then
            observers.Elections.OnLeader(id, status.Term)

        match input with
        | Input.Tick -> contact.OnTick status
        | Input.TransferRequested _ -> contact.OnTransfer()
        | Input.Received message when MessageNumber.isTransfer message.Body -> contact.OnTransfer()
        | _ -> ()

    member private this.HandOut() =
        let applier = this.Applier
        output.Drain this

        if applier.Close() then
            schedule (rng.Between(0, options.ApplyUnitsMax)) (SimEvent.ApplyDone(id, incarnation))

        this.Observe()
        notes.Begin status

    member private this.Observe() =
        if log.LastIndex <> status.LastIndex then
            violated
                "batch-discipline"
                $"member {id}'s log ends at {status.LastIndex}, persisted to {log.LastIndex}"

        observers.Monotonicity.OnAnnounced(this, status, leadership)

        for note in notes.Commits do
            observers.History.OnCommit(this, note.First, note.Last, note.Term)

            if note.IsLeader then
                observers.Durability.OnLeaderCommit(
                    this,
                    note.Last,
                    note.Term,
                    notes.Configurations
                )

        if status.Role = Role.Leader && notes.LeaderTerm <> status.Term then
            observers.Quorums.OnElected(this, notes.Configurations)
            observers.History.OnElected this

    member private this.Post(message: Message) =
        observers.OnSend(this, message)
        let number = MessageNumber.ofBody message.Body
        event TraceKind.Send message.To number message.Term

        if trace.IsRecording then
            trace.Note(MessageNumber.describe message.Body)

        around.Network.Send message

    member private this.PersistBatch(batch: PersistBatch) =
        observers.Batches.OnPersist(this, batch, sequence, written)
        observers.Batches.OnReplace(this, batch, notes.CommittedBefore)

        if notes.LeaderTerm <> 0UL then
            observers.Batches.OnLeaderPersist(this, batch)

        sequence <- batch.Sequence
        written <- ValueOption.defaultValue written batch.HardState

        if not (isNull batch.Snapshot) then
            log.Reset(batch.Snapshot.Index, batch.Snapshot.Term)

        log.Append(batch.Entries, batch.Entries.Length)
        observers.Logs.OnAppended(this, batch.Entries)

        for entry in batch.Entries do
            observers.Proposals.OnAppended entry

    member private _.StreamSnapshot(peer: NodeId, term: Term) =
        let state = applier.Value.State
        observers.Stats.SnapshotsSent <- observers.Stats.SnapshotsSent + 1L

        match around.Network.SnapshotDelay(id, peer) with
        | ValueSome delay when state.Index > 0UL ->
            let body = MessageBody.InstallSnapshot state.Mark
            let message = Message(id, peer, term, body)
            around.Queue.After(delay, SimEvent.SnapshotArrived(message, state, incarnation))
        | ValueSome _
        | ValueNone ->
            schedule 10 (SimEvent.SnapshotReported(id, incarnation, peer, state.Index, false))

    interface IEffectSink with
        member this.Persist batch =
            let first =
                if batch.Entries.Length > 0 then
                    batch.Entries[0].Index
                else
                    0UL

            event TraceKind.Persist batch.Sequence first (uint64 batch.Entries.Length)
            this.PersistBatch batch
            let delay = disk.Enqueue(batch, around.Queue.Now)
            around.Queue.After(delay, SimEvent.DiskDone(id, incarnation, batch.Sequence))

            if options.HostMutant = HostMutant.SendBeforeDurable then
                for message in batch.Messages do
                    this.Post message

        member this.Send message = this.Post message

        member _.Apply entries =
            event TraceKind.Apply entries[0].Index entries[entries.Length - 1].Index 0UL
            applier.Value.Release entries

        member _.ReleaseRead(context, index) =
            event TraceKind.ReadDone context index 0UL
            observers.Reads.OnReleased(id, context, index, status.Commit)
            applier.Value.ServeAt(context, index)

        member _.RefuseRead(context, reason) =
            event TraceKind.Refuse context (uint64 reason) 0UL
            observers.Reads.OnRefused(id, context)
            observers.Stats.ReadsRefused <- observers.Stats.ReadsRefused + 1L

        member _.RefuseProposals(payloads, reason) =
            observers.Stats.Refusals <- observers.Stats.Refusals + int64 payloads.Length

            for payload in payloads do
                event TraceKind.Refuse (Payload.id payload) (uint64 reason) 1UL
                observers.Proposals.OnRefused(id, Payload.id payload)

        member _.RefuseConfiguration(change, reason) =
            event TraceKind.Refuse (Payload.id change.Context) (uint64 reason) 2UL
            observers.Proposals.OnRefused(id, Payload.id change.Context)

        member this.SendSnapshot(peer, term) =
            event TraceKind.SnapshotSent peer applier.Value.State.Index term
            this.StreamSnapshot(peer, term)

        member _.RestoreSnapshot mark =
            event TraceKind.Restore mark.Index mark.Term 0UL
            observers.Stats.SnapshotsRestored <- observers.Stats.SnapshotsRestored + 1L
            applier.Value.Restore(disk.Received mark)

        member _.LeadershipChanged(role, term, leader) =
            event TraceKind.State (uint64 role) term leader
            leadership <- struct (role, term, leader)

        member _.ConfigurationChanged configuration = applier.Value.Configured configuration
