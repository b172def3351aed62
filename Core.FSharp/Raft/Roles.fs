// Stepping back to follower: the one transition that every part of the reducer may need.
namespace Kv.Core.Raft

open Kv.Core

/// Transitions to follower.
[<RequireQualifiedAccess>]
module internal Roles =
    /// Becomes a follower in `term` (the present one or a higher one) of `leader` (0: not known).
    let follow (turn: Turn) (term: Term) (leader: NodeId) =
        Reads.refuseAll turn Refusal.NoLeader

        if term > turn.State.Term then
            turn.Record(Event.TermAdvanced term)

        turn.Record(Event.RoleChanged(Role.Follower, leader))
