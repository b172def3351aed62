// ReadIndex (thesis §6.4): a read released with an index sees at least everything that anyone knew
// to be committed when the read was asked for, and each read is answered at most once.
namespace Kv.Core.Simulation.Checkers

open System.Collections.Generic
open Kv.Core
open Kv.Core.Simulation

[<Sealed>]
type ReadLinearizability(history: CommitHistory) =
    let rule = "read-linearizability"
    let bounds = Dictionary<struct (NodeId * uint64), LogIndex>()

    let close (node: NodeId) (context: uint64) =
        let mutable bound = 0UL

        if not (bounds.Remove(struct (node, context), &bound)) then
            violated rule $"member {node} answers read {context}, which does not wait"

        bound

    /// The member asks to read.
    member _.OnRequested(node: NodeId, context: uint64) =
        bounds.Add(struct (node, context), history.LastIndex)

    /// The read may be served once `index` is applied; `commit` is the member's commit index.
    member _.OnReleased(node: NodeId, context: uint64, index: LogIndex, commit: LogIndex) =
        let bound = close node context

        if index < bound then
            violated rule $"read {context} at member {node} is released at {index}, not {bound}"

        if index > max commit history.LastIndex then
            violated rule $"read {context} at member {node} waits for {index}: not committed"

    /// The read was refused.
    member _.OnRefused(node: NodeId, context: uint64) = close node context |> ignore
