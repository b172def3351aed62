// One turn of a member as the observers need it: which roles, commits and configurations it went
// through, step by step, before its effects are handed out.
namespace Kv.Core.Simulation

open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft

/// A step of a turn moved the commit index.
[<Struct; NoComparison; NoEquality>]
type CommitNote = {
    First: LogIndex
    Last: LogIndex
    Term: Term
    IsLeader: bool
}

/// What happened since the effects were last handed out.
[<Sealed>]
type TurnNotes() =
    let commits = List<CommitNote>()
    let configurations = List<Configuration>()
    let mutable leaderTerm: Term = 0UL
    let mutable committedBefore: LogIndex = 0UL

    /// The commit index's moves, in order.
    member _.Commits = commits
    /// The configurations in force, oldest first.
    member _.Configurations = configurations
    /// The term in which the member led all the while; 0: it did not.
    member _.LeaderTerm = leaderTerm

    /// The commit index before the turn.
    member _.CommittedBefore = committedBefore

    /// Starts over from this status.
    member _.Begin(status: RaftStatus) =
        commits.Clear()
        configurations.Clear()
        configurations.Add status.Configuration
        committedBefore <- status.Commit
        leaderTerm <- if status.Role = Role.Leader then status.Term else 0UL

    /// One step of the turn.
    member _.OnStep(before: RaftStatus, after: RaftStatus) =
        if after.Role <> Role.Leader || after.Term <> leaderTerm then
            leaderTerm <- 0UL

        if not (obj.ReferenceEquals(before.Configuration, after.Configuration)) then
            configurations.Add after.Configuration

        if after.Commit > before.Commit then
            commits.Add {
                First = before.Commit + 1UL
                Last = after.Commit
                Term = after.Term
                IsLeader = (before.Role = Role.Leader && after.Term = before.Term)
            }
