// One step in the making: the state so far, the effects so far. Decisions are written as events
// (which move the state through `Evolve`) and effects; at the end of the step `Turn.finish` turns
// what happened into one write, in which everything waits that must not leave before it is durable.
namespace Kv.Core.Raft

open System
open Kv.Core

/// The step being taken. Lives for one `Step` only.
[<Sealed>]
type internal Turn(start: NodeState, output: StepOutput) =
    let mutable state = start
    let mutable writtenFrom = 0UL
    let mutable snapshot: SnapshotMark = null
    let mutable deferred: ResizeArray<Message> = null

    /// The state before the step.
    member _.Start = start
    member _.State = state
    /// Lowest index whose entry changed in this step; 0: none.
    member _.WrittenFrom = writtenFrom
    /// The snapshot that replaced the log in this step; null: none.
    member _.Snapshot = snapshot
    /// Messages that must wait until everything so far is durable.
    member _.Deferred = deferred

    /// States a fact; the state follows from it.
    member _.Record(event: Event) =
        state <- Evolve.next state event
        output.Record event

    member _.Emit(effect: Effect) = output.Effects.Add effect

    member private _.Message(target: NodeId, term: Term, body: MessageBody) =
        Message(state.Options.Id, target, term, body)

    /// Sends now, in the present term.
    member this.Send(target: NodeId, body: MessageBody) =
        this.Emit(Effect.Send(this.Message(target, state.Term, body)))

    /// Sends now with another term: that of a pre-vote, or 0 for requests that are passed on.
    member this.SendAt(target: NodeId, term: Term, body: MessageBody) =
        this.Emit(Effect.Send(this.Message(target, term, body)))

    /// Sends when everything up to the end of this step is durable.
    member this.Defer(target: NodeId, body: MessageBody) = this.DeferAt(target, state.Term, body)

    /// As `Defer`, in another term.
    member this.DeferAt(target: NodeId, term: Term, body: MessageBody) =
        if isNull deferred then
            deferred <- ResizeArray()

        deferred.Add(this.Message(target, term, body))

    /// Appends to the log, replacing what was there from the first entry's index on.
    member this.Append(entries: Entry[]) =
        let first = entries[0].Index
        writtenFrom <- (if writtenFrom = 0UL then first else min writtenFrom first)
        this.Record(Event.EntriesAppended entries)

    /// Replaces the log by a snapshot.
    member this.Reset(mark: SnapshotMark) =
        snapshot <- mark
        this.Record(Event.LogReset mark)

/// What closes every step.
[<RequireQualifiedAccess>]
module internal Turn =
    /// The commit index that may go into this write. A crash can tear the write and leave its hard
    /// state beside the entries it was to replace: the index must not speak of those.
    let private provableCommit (turn: Turn) : LogIndex =
        let state = turn.State

        if not (isNull turn.Snapshot) then
            min state.Commit state.Durability.Saved.Commit
        elif turn.WrittenFrom > 0UL && turn.WrittenFrom <= turn.Start.Log.LastIndex then
            min state.Commit (turn.WrittenFrom - 1UL)
        else
            state.Commit

    /// A new commit index alone is not worth a write: it goes with the next one, or at a tick. One
    /// that put a configuration in force is: a member that forgot it could depend on members that
    /// are gone.
    let private persist (turn: Turn) (flushesCommit: bool) =
        let state = turn.State
        let durability = state.Durability
        let saved = durability.Saved
        let hasVoted = state.Term <> saved.Term || state.Vote <> saved.Vote
        let hasCommit = state.Commit <> saved.Commit

        let hasConfiguration = durability.Untold > 0UL && durability.UntoldIssued = 0UL

        let hasLog = turn.WrittenFrom > 0UL || not (isNull turn.Snapshot)

        let waits =
            not (isNull turn.Deferred) && durability.SyncIssued > durability.Completed

        let mustSync = hasVoted || hasLog || waits || (hasCommit && hasConfiguration)

        if mustSync || (hasCommit && flushesCommit) then
            let sequence = durability.Issued + 1UL

            let hard: HardState = {
                Term = state.Term
                Vote = state.Vote
                Commit = provableCommit turn
            }

            let first =
                if isNull turn.Snapshot then
                    turn.WrittenFrom
                else
                    turn.Snapshot.Index

            turn.Record(Event.WriteIssued(sequence, first, hard, mustSync))

            let batch =
                PersistBatch(
                    sequence,
                    (if hasVoted || hasCommit then ValueSome hard else ValueNone),
                    (if turn.WrittenFrom = 0UL then
                         Array.Empty()
                     else
                         state.Log.Slice(turn.WrittenFrom, state.Log.LastIndex)),
                    turn.Snapshot,
                    mustSync,
                    (if isNull turn.Deferred then
                         Array.Empty()
                     else
                         turn.Deferred.ToArray())
                )

            turn.Emit(Effect.Persist batch)
        elif not (isNull turn.Deferred) then
            for message in turn.Deferred do
                turn.Emit(Effect.Send message)

    let private applyUpTo (turn: Turn) (last: LogIndex) =
        let state = turn.State

        if last > state.Released then
            let entries = state.Log.Slice(state.Released + 1UL, last)
            turn.Record(Event.EntriesReleased last)
            turn.Emit(Effect.Apply entries)

    /// Hands the store what is committed and durable here. A configuration is announced right
    /// behind its entry, so that the host knows the configuration of every applied index.
    let private release (turn: Turn) =
        let state = turn.State
        let last = min (NodeState.tellable state) state.Durability.Durable

        if last > state.Released then
            for mark in state.Membership.Unannounced do
                if mark.Index <= last then
                    applyUpTo turn mark.Index
                    turn.Emit(Effect.ConfigurationChanged mark.Configuration)

            applyUpTo turn last

    /// Closes the step: one write for everything that has to be durable, then what may be applied.
    let finish (turn: Turn) (flushesCommit: bool) =
        persist turn flushesCommit

        if not (isNull turn.Snapshot) then
            turn.Emit(Effect.RestoreSnapshot turn.Snapshot)
            turn.Emit(Effect.ConfigurationChanged turn.Snapshot.Configuration)

        release turn
        let before = turn.Start
        let after = turn.State

        if
            before.Role <> after.Role
            || before.Term <> after.Term
            || before.Leader <> after.Leader
        then
            turn.Emit(Effect.LeadershipChanged(after.Role, after.Term, after.Leader))
