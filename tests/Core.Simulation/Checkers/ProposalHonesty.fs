// Nothing is in a log that nobody proposed, and what was refused is in no log, then or later.
namespace Kv.Core.Simulation.Checkers

open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation

/// `isStrict`: the network repeats nothing, so a refusal at the proposer is final.
[<Sealed>]
type ProposalHonesty(isStrict: bool) =
    let rule = "proposal-honesty"
    let proposers = Dictionary<uint64, NodeId>()
    let refused = HashSet<uint64>()
    let appended = HashSet<uint64>()

    let payloadOf (entry: Entry) =
        match entry.Kind with
        | EntryKind.Configuration ->
            let mutable change = null

            if ConfigurationCodec.TryDecode(entry.Data, &change) then
                Payload.id change.Context
            else
                violated rule $"entry {entry.Index} is no membership change"
        | _ -> Payload.id entry.Data

    /// The member proposes this payload or change.
    member _.OnProposed(node: NodeId, id: uint64) = proposers.Add(id, node)

    /// The member is told that this payload or change is not in the log and never will be.
    member _.OnRefused(node: NodeId, id: uint64) =
        if not (proposers.ContainsKey id) then
            violated rule $"proposal {id} was refused, which nobody made"

        if isStrict && proposers[id] = node then
            refused.Add id |> ignore

            if appended.Contains id then
                violated rule $"proposal {id} was refused at member {node} and is in a log"

    /// An entry is in a log.
    member _.OnAppended(entry: Entry) =
        let id = payloadOf entry

        if id <> 0UL then
            if not (proposers.ContainsKey id) then
                violated rule $"entry {entry.Index} holds {id}, which nobody proposed"

            if refused.Contains id then
                violated rule $"entry {entry.Index} holds {id}, which was refused"

            appended.Add id |> ignore
