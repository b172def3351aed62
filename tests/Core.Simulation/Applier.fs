// The host's applier: takes what the core released, late and in order, one handed-out batch of
// effects at a time, so that entries and the configuration announced with them stay together.
namespace Kv.Core.Simulation

open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation.Checkers

/// One piece of work for the applier.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type ApplyWork =
    | Entries of Entry[]
    | Restore of AppliedState
    | Configured of Configuration

/// Applies for one life of one member, starting from `initial`.
[<Sealed>]
type Applier
    (
        options: SimOptions,
        rng: SplitMix,
        node: IObserved,
        observers: Observers,
        initial: AppliedState
    ) =
    let units = Queue<ApplyWork[]>()
    let collecting = List<ApplyWork>()
    let waitingReads = List<struct (uint64 * LogIndex)>()
    let mutable state = initial
    let mutable announced = initial.Configuration
    let mutable released = initial.Index
    let mutable servedRead = 0UL

    let next (entry: Entry) =
        let hash =
            match options.HostMutant with
            | HostMutant.ApplyTwice when rng.Chance 20 ->
                Payload.chain (Payload.chain state.Hash entry) entry
            | HostMutant.SkipApply when rng.Chance 20 -> state.Hash
            | _ -> Payload.chain state.Hash entry

        let configuration = ConfigurationModel.applyEntry state.Configuration entry
        AppliedState(entry.Index, entry.Term, hash, configuration)

    let run (work: ApplyWork) =
        match work with
        | ApplyWork.Entries entries ->
            for entry in entries do
                state <- next entry
                observers.States.OnApplied(node, entry, state)
        | ApplyWork.Restore restored ->
            observers.States.OnRestored(node, restored)
            state <- restored
        | ApplyWork.Configured configuration ->
            announced <- configuration
            observers.States.OnConfiguration(node, state, announced)
            observers.Stats.Changes <- observers.Stats.Changes + 1L

            if configuration.IsJoint then
                observers.Stats.JointChanges <- observers.Stats.JointChanges + 1L

    let serveReads () =
        for i in waitingReads.Count - 1 .. -1 .. 0 do
            let struct (context, index) = waitingReads[i]

            if index <= state.Index then
                servedRead <- max servedRead context
                waitingReads.RemoveAt i
                observers.Stats.Reads <- observers.Stats.Reads + 1L

    /// The applied state; a snapshot of the member is a reference to it.
    member _.State = state
    /// The last index the core released, applied or not yet.
    member _.Released = released
    /// The highest context of a read that was served.
    member _.ServedRead = servedRead

    /// The core released these entries.
    member _.Release(entries: Entry[]) =
        for entry in entries do
            observers.States.OnApply(node, entry, released)
            released <- entry.Index

        collecting.Add(ApplyWork.Entries entries)

    /// The core replaced the state by a received one.
    member _.Restore(received: AppliedState) =
        if received.Index <= released then
            violated
                "state-machine-safety"
                $"member {node.Id} goes back from {released} to snapshot {received.Index}"

        released <- received.Index
        collecting.Add(ApplyWork.Restore received)

    /// The core announced the configuration in force.
    member _.Configured(configuration: Configuration) =
        collecting.Add(ApplyWork.Configured configuration)

    /// The read may be served once `index` is applied.
    member _.ServeAt(context: uint64, index: LogIndex) =
        waitingReads.Add(struct (context, index))
        serveReads ()

    /// Ends one batch of effects; true if it brought work.
    member _.Close() : bool =
        let hasWork = collecting.Count > 0

        if hasWork then
            units.Enqueue(collecting.ToArray())
            collecting.Clear()

        hasWork

    /// Does the oldest unit of work.
    member _.RunOne() =
        for work in units.Dequeue() do
            run work

        observers.States.OnConfiguration(node, state, announced)
        serveReads ()
