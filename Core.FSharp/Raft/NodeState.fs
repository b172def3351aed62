// The state of one member as an immutable value, and the questions that are asked of it all over
// the reducer. It is written by `Evolve` alone.
namespace Kv.Core.Raft

open System
open Kv.Core

/// Time since the last events that matter, in ticks.
[<Struct; NoComparison>]
type internal Timers = {
    /// Since the leader was heard, a vote was granted or the role changed; on the leader since
    /// the last quorum check.
    Election: int
    Heartbeat: int
    /// The election timeout drawn for the present role.
    Timeout: int
    /// State of the pseudo-random source.
    Seed: uint64
}

/// A batch being written: `First` is the lowest index it, or any batch behind it, writes.
[<Struct; NoComparison>]
type internal PendingWrite = { Sequence: uint64; First: LogIndex }

/// What is durable. An index is durable once the last batch that wrote it is: a batch that only
/// wrote an earlier entry at that index says nothing (the entry may have been overwritten, even by
/// an equal one, by a batch still under way).
[<NoComparison; ReferenceEquality>]
type internal Durability = {
    Issued: uint64
    Completed: uint64
    /// The last batch that had to be synced.
    SyncIssued: uint64
    /// The last batch with a new term or vote.
    HardIssued: uint64
    /// The hard state as last issued.
    Saved: HardState
    /// Everything up to here is durable.
    Durable: LogIndex
    /// Batches with entries not yet durable, oldest first; `First` ascends.
    Writes: Fifo<PendingWrite>
    /// The first configuration entry in force whose commit is not known to be durable; 0: none. Nobody
    /// is told of it, and it is not applied: a member that is removed leaves as soon as it hears of it,
    /// and whoever forgot it then would wait for that member's vote for ever.
    Untold: LogIndex
    /// The batch that makes it durable; 0: not issued.
    UntoldIssued: uint64
}

/// The configuration in force and what is known about its successors.
[<NoComparison; ReferenceEquality>]
type internal MembershipState = {
    Configuration: Configuration
    /// Index of the last configuration entry in the log; above the commit index: one is pending.
    LastEntry: LogIndex
    /// Committed but not yet handed to the store, in order: the host hears of a configuration
    /// exactly where its entry stands in the sequence of applied entries.
    Unannounced: SnapshotMark[]
}

/// Votes a candidate has collected.
[<NoComparison; ReferenceEquality>]
type internal Ballot = {
    Granted: NodeId[]
    Rejected: NodeId[]
}

/// What only a leader knows.
[<NoComparison; ReferenceEquality>]
type internal Leadership = {
    /// All other members, ascending by id.
    Peers: Progress[]
    /// Data bytes appended but not committed.
    UncommittedBytes: int64
    /// Member leadership is being handed to; 0: none.
    TransferTarget: NodeId
}

/// Everything a member knows.
[<NoComparison; ReferenceEquality>]
type internal NodeState = {
    Options: RaftOptions
    Term: Term
    /// Who got this member's vote in the term; 0: nobody.
    Vote: NodeId
    Role: Role
    /// Leader of the term as far as known; 0: none.
    Leader: NodeId
    Log: LogWindow
    Commit: LogIndex
    /// Handed to the store.
    Released: LogIndex
    /// Applied by the store.
    Applied: LogIndex
    Membership: MembershipState
    Durability: Durability
    Timers: Timers
    Reads: ReadQueue
    /// Only of a candidate or pre-candidate.
    Ballot: Ballot voption
    /// Only of a leader.
    Leadership: Leadership voption
}

/// Looking at a member's state.
[<RequireQualifiedAccess>]
module internal NodeState =
    let configuration (state: NodeState) = state.Membership.Configuration

    let isLeader (state: NodeState) = state.Leadership.IsSome

    /// May campaign: only voters of the configuration in force may.
    let isPromotable (state: NodeState) =
        Membership.isVoter state.Options.Id (configuration state)

    /// A configuration entry waits to be committed.
    let hasPendingConfiguration (state: NodeState) =
        state.Membership.LastEntry > state.Commit

    /// The commit index as far as others, and the store, may know it.
    let tellable (state: NodeState) : LogIndex =
        let untold = state.Durability.Untold
#if SIMULATION
        let untold = if Mutants.Has Mutant.TellBeforeDurable then 0UL else untold
#endif

        if untold = 0UL then
            state.Commit
        else
            min state.Commit (untold - 1UL)

    /// The leader has committed an entry of its own term, so its commit index is up to date.
    let hasCommittedInTerm (state: NodeState) =
        state.Log.Holds(state.Commit, state.Term)

    /// The leader's knowledge of a member; no value for strangers and on other roles.
    let progress (node: NodeId) (state: NodeState) : Progress voption =
        match state.Leadership with
        | ValueNone -> ValueNone
        | ValueSome leadership ->
            let mutable found = ValueNone

            for peer in leadership.Peers do
                if peer.Node = node then
                    found <- ValueSome peer

            found
