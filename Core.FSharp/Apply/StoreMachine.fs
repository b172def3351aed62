// The store reducer: entries in, the next state and one outcome for each of them out.
namespace Kv.Core.Apply

open System
open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Mvcc
open Kv.Core.Auth

/// A run of entries being applied.
[<Sealed>]
type private ApplyRun(start: StoreData, outcomes: List<Outcome>) =
    let editor = StoreEditor start
    let mutable configuration = start.Configuration
    let mutable index = start.AppliedIndex
    let mutable term = start.AppliedTerm

    let report (requestId: uint64) (error: StoreError) (reply: Reply) =
        outcomes.Add(Outcome(index, requestId, error, reply))

    let perform (data: ReadOnlyMemory<byte>) =
        let mutable requestId = 0UL
        let mutable command = Unchecked.defaultof<Command>
        let mutable caller = Unchecked.defaultof<Caller>

        if CommandCodec.TryDecode(data, &requestId, &command, &caller) then
            let struct (error, reply) = editor.Apply(command, caller)
            report requestId error reply
        else
            report requestId StoreError.Malformed null

    /// The configuration follows the log whatever becomes of the command that came with it: Raft
    /// has already acted on the entry.
    let configure (data: ReadOnlyMemory<byte>) =
        let mutable change: ConfigurationChange = null

        if not (ConfigurationCodec.TryDecode(data, &change)) then
            report 0UL StoreError.Malformed null
        else
            match Membership.next configuration change.Steps with
            | ValueSome next -> configuration <- next
            | ValueNone -> ()

            if change.Context.Length > 0 then
                perform change.Context
            else
                report 0UL StoreError.None (EmptyReply editor.Revision)

    member _.Take(entry: Entry) : unit =
        check "store.gap" (entry.Index = index + 1UL) "an entry that does not follow the last one"
        index <- entry.Index
        term <- entry.Term

        match entry.Kind with
        | EntryKind.Configuration -> configure entry.Data
        | _ ->
            if entry.Data.Length > 0 then
                perform entry.Data

    member _.Seal() : StoreData = {
        editor.Seal() with
            AppliedIndex = index
            AppliedTerm = term
            Configuration = configuration
    }

/// The store reducer.
[<AbstractClass; Sealed>]
type StoreMachine private () =
    /// The state after these entries, which must follow `AppliedIndex` without a gap. One outcome is
    /// added to `outcomes` for each Normal entry that has data, and for each Configuration entry.
    static member Apply(state: StoreState, entries: Entry[], outcomes: List<Outcome>) : StoreState =
        if entries.Length = 0 then
            state
        else
            let run = ApplyRun(state.Data, outcomes)

            for entry in entries do
                run.Take entry

            StoreState(run.Seal())

    /// Removes up to `rowsMax` rows that compaction has made unreachable. Changes nothing a reader
    /// can see, nor any hash. Returns the same object when there is nothing left to remove.
    static member CompactSlice(state: StoreState, rowsMax: int) : StoreState =
        let space = Sweep.slice rowsMax state.Data.Space

        if Object.ReferenceEquals(space, state.Data.Space) then
            state
        else
            StoreState { state.Data with Space = space }
