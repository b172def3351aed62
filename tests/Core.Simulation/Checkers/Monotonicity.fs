// Within one life of a member nothing goes back: term, commit and applied index only grow; after a
// restart they start at no less than what was durable.
namespace Kv.Core.Simulation.Checkers

open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation

[<Sealed>]
type Monotonicity() =
    let rule = "monotonicity"

    /// One step of one life.
    member _.OnStep(node: IObserved, before: RaftStatus, after: RaftStatus) =
        if after.Term < before.Term then
            violated rule $"member {node.Id}'s term went from {before.Term} to {after.Term}"

        if after.Commit < before.Commit then
            violated rule $"member {node.Id}'s commit went from {before.Commit} to {after.Commit}"

        if after.Applied < before.Applied then
            violated rule $"member {node.Id}'s applied went back to {after.Applied}"

        if after.Applied > after.Commit then
            violated rule $"member {node.Id} applied {after.Applied}, committed {after.Commit}"

    /// The member came back from what its disk held.
    member _.OnRestart(node: IObserved, recovered: Recovered, status: RaftStatus) =
        let state = recovered.HardState
        let last = recovered.Snapshot.Index + uint64 recovered.Entries.Length

        if status.Term <> state.Term || status.LastIndex <> last then
            violated rule $"member {node.Id} came back at {status.Term}/{status.LastIndex}"

        if status.Commit < state.Commit || status.Commit < recovered.Snapshot.Index then
            violated rule $"member {node.Id} came back with commit {status.Commit}"

    /// What the host was told last (role, term, leader) is what the status says.
    member _.OnAnnounced
        (node: IObserved, status: RaftStatus, announced: struct (Role * Term * NodeId))
        =
        if announced <> struct (status.Role, status.Term, status.Leader) then
            violated "announcement" $"member {node.Id} did not announce its role, term or leader"
