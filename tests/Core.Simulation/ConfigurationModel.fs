// The membership algebra once more, written plainly over sets (Raft §6, thesis §4.3), to compare
// the core's answers with, and to know which quorums a heal must leave standing.
namespace Kv.Core.Simulation

open System
open Kv.Core
open Kv.Core.Raft

[<RequireQualifiedAccess>]
module ConfigurationModel =
    /// Nobody: what a member knows before it is contacted.
    let empty = Configuration([||], [||], [||], [||], false)

    let private add (node: NodeId) (nodes: NodeId[]) =
        if Array.contains node nodes then
            nodes
        else
            Array.sort (Array.append nodes [| node |])

    let private remove (node: NodeId) (nodes: NodeId[]) =
        Array.filter (fun other -> other <> node) nodes

    let private leave (c: Configuration) =
        let learners = Array.fold (fun all node -> add node all) c.Learners c.LearnersNext
        Configuration(c.Voters, [||], learners, [||], false)

    let private operate (c: Configuration) (step: ConfigurationStep) =
        let without = remove step.Node c.Voters
        let learners = remove step.Node c.Learners
        let next = remove step.Node c.LearnersNext

        match step.Operation with
        | ConfigurationOperation.AddVoter ->
            Configuration(add step.Node c.Voters, c.Outgoing, learners, next, c.AutoLeave)
        | ConfigurationOperation.AddLearner when Array.contains step.Node c.Outgoing ->
            Configuration(without, c.Outgoing, learners, add step.Node next, c.AutoLeave)
        | ConfigurationOperation.AddLearner ->
            Configuration(without, c.Outgoing, add step.Node learners, next, c.AutoLeave)
        | ConfigurationOperation.Update -> c
        | _ -> Configuration(without, c.Outgoing, learners, next, c.AutoLeave)

    /// In how many members the two sets differ.
    let private difference (a: NodeId[]) (b: NodeId[]) =
        (Array.except a b).Length + (Array.except b a).Length

    /// The configuration after a change. No steps: leave the joint configuration. A change that
    /// moves more than one voter goes through a joint configuration that is left automatically.
    let apply (c: Configuration) (change: ConfigurationChange) : Configuration =
        if change.Steps.Length = 0 then
            leave c
        else
            let target = Array.fold operate c change.Steps

            if difference c.Voters target.Voters <= 1 then
                target
            else
                let joint = Configuration(c.Voters, c.Voters, c.Learners, [||], true)
                Array.fold operate joint change.Steps

    /// The configuration after an entry.
    let applyEntry (c: Configuration) (entry: Entry) : Configuration =
        match entry.Kind with
        | EntryKind.Configuration ->
            let mutable change = null

            if not (ConfigurationCodec.TryDecode(entry.Data, &change)) then
                violated "configuration-bytes" $"entry {entry.Index} is no membership change"

            apply c change
        | _ -> c

    /// Whether both mean the same.
    let equal (a: Configuration) (b: Configuration) : bool =
        a.Voters = b.Voters
        && a.Outgoing = b.Outgoing
        && a.Learners = b.Learners
        && a.LearnersNext = b.LearnersNext
        && a.AutoLeave = b.AutoLeave

    /// Whether those who satisfy `holds` are a majority of every voter set of `c`.
    let hasQuorum (c: Configuration) (holds: NodeId -> bool) : bool =
        let majority (nodes: NodeId[]) =
            let count = nodes |> Array.sumBy (fun node -> if holds node then 1 else 0)
            nodes.Length = 0 || count > nodes.Length / 2

        majority c.Voters && majority c.Outgoing

    /// Whether the member takes part in any way.
    let contains (c: Configuration) (node: NodeId) : bool =
        Array.contains node c.Voters
        || Array.contains node c.Outgoing
        || Array.contains node c.Learners
        || Array.contains node c.LearnersNext

    /// Text for messages.
    let describe (c: Configuration) : string =
        let list (nodes: NodeId[]) = String.Join(' ', nodes)

        $"({list c.Voters})({list c.Outgoing}) learners ({list c.Learners}) next "
        + $"({list c.LearnersNext}) auto {c.AutoLeave}"
