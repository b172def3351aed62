// Sets of node ids as sorted arrays: a handful of members, compared and copied far more often than
// changed.
namespace Kv.Core.Raft

open System
open Kv.Core

/// Operations on sorted arrays of ids.
[<RequireQualifiedAccess>]
module internal NodeSet =
    let contains (node: NodeId) (set: NodeId[]) = Array.IndexOf(set, node) >= 0

    let add (node: NodeId) (set: NodeId[]) =
        if contains node set then
            set
        else
            let grown = Array.append set [| node |]
            Array.Sort grown
            grown

    let remove (node: NodeId) (set: NodeId[]) =
        if contains node set then
            Array.filter (fun other -> other <> node) set
        else
            set

    let union (left: NodeId[]) (right: NodeId[]) =
        Array.fold (fun set node -> add node set) left right

    let equal (left: NodeId[]) (right: NodeId[]) = left.AsSpan().SequenceEqual(right)

    /// In how many members the two sets differ.
    let difference (left: NodeId[]) (right: NodeId[]) =
        let missing (set: NodeId[]) (from: NodeId[]) =
            Array.fold (fun count node -> if contains node from then count else count + 1) 0 set

        missing left right + missing right left

    /// Is this array a set: ascending, without doubles, without 0?
    let isWellFormed (nodes: NodeId[]) =
        let mutable ascending = nodes.Length = 0 || nodes[0] <> 0UL

        for i in 1 .. nodes.Length - 1 do
            ascending <- ascending && nodes[i - 1] < nodes[i]

        ascending
