// Membership through the log (Raft §6): a configuration takes effect on every member when its entry
// is committed. The leader appends the next one only when its own store has applied the last: whoever
// checks a change against that state, in the same turn, has checked it against all changes before it.
namespace Kv.Core.Raft

open System
open Kv.Core

/// Membership changes as they pass through the log.
[<RequireQualifiedAccess>]
module internal Configuring =
    /// Why this change cannot be proposed now; no value if it can.
    let refusal (state: NodeState) (change: ConfigurationChange) : Refusal voption =
        let present = NodeState.configuration state

        let isPending = state.Membership.LastEntry > state.Applied
#if SIMULATION
        let isPending = isPending && not (Mutants.Has Mutant.TwoChanges)
#endif

        if isPending then
            ValueSome Refusal.ChangePending
        elif present.IsJoint && change.Steps.Length > 0 then
            ValueSome Refusal.ChangePending
        else
            match Membership.next present change.Steps with
            | ValueSome _ -> ValueNone
            | ValueNone -> ValueSome Refusal.InvalidChange

    /// The configuration after a configuration entry. An entry that makes no sense changes nothing:
    /// all members see the same entry in the same configuration, so they agree on that too.
    let after (present: Configuration) (entry: Entry) : Configuration =
        let mutable change: ConfigurationChange = null

        if ConfigurationCodec.TryDecode(entry.Data, &change) then
            match Membership.next present change.Steps with
            | ValueSome next -> next
            | ValueNone -> present
        else
            present

    /// Puts the configurations of the committed entries behind `from` in force. True if there
    /// were any.
    let applyCommitted (turn: Turn) (from: LogIndex) : bool =
        let mutable changed = false

        if turn.State.Membership.LastEntry > from then
            for index in from + 1UL .. turn.State.Commit do
                let entry = turn.State.Log[index]

                if entry.Kind = EntryKind.Configuration then
                    let configuration = after (NodeState.configuration turn.State) entry
                    turn.Record(Event.ConfigurationCommitted(index, configuration))
                    changed <- true

        changed

    /// Everybody but the leader: the commit index as others know it.
    let commit (turn: Turn) (index: LogIndex) =
        let before = turn.State.Commit

        if index > before then
            turn.Record(Event.CommitAdvanced index)
            applyCommitted turn before |> ignore

    /// The steps-free change that leaves a joint configuration.
    let leave = ConfigurationChange([||], ReadOnlyMemory.Empty)
