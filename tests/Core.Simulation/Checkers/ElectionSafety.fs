// Raft figure 3, election safety: at most one leader can be elected in a term.
namespace Kv.Core.Simulation.Checkers

open System.Collections.Generic
open Kv.Core
open Kv.Core.Simulation

[<Sealed>]
type ElectionSafety() =
    let leaders = Dictionary<Term, NodeId>()

    /// How many terms had a leader.
    member _.Count = leaders.Count

    /// `node` leads in `term`.
    member _.OnLeader(node: NodeId, term: Term) =
        match leaders.TryGetValue term with
        | true, other when other <> node ->
            violated "election-safety" $"members {other} and {node} both lead in term {term}"
        | true, _ -> ()
        | _ -> leaders.Add(term, node)
