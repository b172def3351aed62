// Raft figure 3, state machine safety: no two members apply different entries at an index; each
// applies every index once and in order, and only what is committed and durable on its own disk.
namespace Kv.Core.Simulation.Checkers

open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation

[<Sealed>]
type StateMachineSafety(history: CommitHistory, initial: Configuration) =
    let rule = "state-machine-safety"
    let hashes = List<uint64>([ 0UL ])
    let configurations = List<Configuration>([ initial ])

    /// Whether the member has ever been in a configuration that was applied.
    member _.HasBeenMember(node: NodeId) : bool =
        configurations.Exists(fun known -> ConfigurationModel.contains known node)

    /// The highest index applied anywhere.
    member _.LastIndex: LogIndex = uint64 (hashes.Count - 1)

    /// The member is asked to apply `entry` after `applied`.
    member _.OnApply(node: IObserved, entry: Entry, applied: LogIndex) =
        if entry.Index <> applied + 1UL then
            violated rule $"member {node.Id} applies {entry.Index} after {applied}"

        if not (node.Disk.Log.Holds(entry.Index, entry.Term)) then
            violated "apply-durable" $"member {node.Id} applies {entry.Index} before it is durable"

    /// The member's state is `state`, after the entry at its index.
    member _.OnApplied(node: IObserved, entry: Entry, state: AppliedState) =
        if entry.Index > history.LastIndex then
            violated rule $"member {node.Id} applied {entry.Index}, which nobody committed"

        let known = history[entry.Index]

        if known.Term <> entry.Term || known.Fingerprint <> Payload.fingerprint entry then
            violated rule $"member {node.Id} applied another entry at {entry.Index}"

        if int entry.Index = hashes.Count then
            hashes.Add state.Hash
            configurations.Add state.Configuration
        elif int entry.Index > hashes.Count || hashes[int entry.Index] <> state.Hash then
            violated rule $"member {node.Id}'s state at {entry.Index} differs from the others'"

    /// The member goes on from this state.
    member _.OnRestored(node: IObserved, state: AppliedState) =
        if int state.Index >= hashes.Count || hashes[int state.Index] <> state.Hash then
            violated rule $"member {node.Id} starts from a state that never was"

    /// The configuration after an index; after the last applied one if that is lower.
    member _.ConfigurationAt(index: LogIndex) : Configuration =
        configurations[min (int index) (configurations.Count - 1)]

    /// The configuration the core announced last, when the member's state is `state` (which holds
    /// the plain model's).
    member _.OnConfiguration(node: IObserved, state: AppliedState, announced: Configuration) =
        let differs = not (ConfigurationModel.equal state.Configuration announced)
        let other = configurations[int state.Index]

        if differs || (state.Index > 0UL && not (ConfigurationModel.equal other announced)) then
            let model = ConfigurationModel.describe other
            let core = ConfigurationModel.describe announced

            violated
                "configuration-agreement"
                $"member {node.Id} at {state.Index} has {core}, the model {model}"
