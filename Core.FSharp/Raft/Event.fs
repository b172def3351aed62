// The facts about a member, in the past tense. Folding them over the first state (`Evolve.next`)
// gives every later state; nothing else changes one.
namespace Kv.Core.Raft

open Kv.Core

/// One immutable fact about this member's Raft state.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type Event =
    /// A heartbeat interval passed.
    | Ticked
    /// The heartbeat clock was set back: heartbeats or waiting reads were sent again.
    | IntervalStarted
    /// A higher term was seen or begun; no vote and no leader in it yet.
    | TermAdvanced of Term: Term
    | VoteGranted of Candidate: NodeId
    /// A voter's answer reached this candidate (or pre-candidate).
    | VoteCounted of Voter: NodeId * Granted: bool
    /// The member took a role; a follower with the leader it knows (0: none).
    | RoleChanged of Role: Role * Leader: NodeId
    /// The leader was heard from.
    | LeaderHeard of Leader: NodeId
    /// The entries were appended, replacing what was in the log from the first one's index on.
    | EntriesAppended of Entries: Entry[]
    | CommitAdvanced of Index: LogIndex
    /// A committed entry put a configuration in force.
    | ConfigurationCommitted of Index: LogIndex * Configuration: Configuration
    /// Entries up to this index were handed to the store.
    | EntriesReleased of Last: LogIndex
    /// The store has applied everything up to this index.
    | AppliedAdvanced of Index: LogIndex
    /// Entries up to and including this index left the window.
    | LogTrimmed of Through: LogIndex
    /// The log was replaced by a snapshot.
    | LogReset of Mark: SnapshotMark
    /// A batch was given to the log writer. `First` is the first index it writes (0: none).
    | WriteIssued of Sequence: uint64 * First: LogIndex * HardState: HardState * MustSync: bool
    /// All batches up to this one are durable.
    | WriteCompleted of Sequence: uint64
    /// Leader: an append went to the follower (`Bytes` 0: without entries).
    | AppendSent of Node: NodeId * Last: LogIndex * Bytes: int64
    /// Leader: the follower has everything up to `Match`.
    | FollowerMatched of Node: NodeId * Match: LogIndex
    /// Leader: the follower gave a sign of life that says nothing new about its log.
    | FollowerHeard of Node: NodeId
    /// Leader: the follower answered a heartbeat, confirming the read round (0: none).
    | HeartbeatAnswered of Node: NodeId * Round: uint64
    /// Leader: the follower is asked, from `Next` on, where its log agrees; `Paused` until it
    /// answers something.
    | ProbeStarted of Node: NodeId * Next: LogIndex * Paused: bool
    /// Leader: the entries the follower needs are gone, a snapshot was asked for.
    | SnapshotStarted of Node: NodeId
    /// Leader: a quorum was heard from; the next check begins.
    | QuorumChecked
    /// Leader: leadership is being handed over (0: no longer).
    | TransferChanged of Target: NodeId
    /// A read waits; `Node` 0: of this member.
    | ReadQueued of Node: NodeId * Context: uint64
    | ReadRoundStarted of Token: uint64 * Index: LogIndex
    | ReadRoundFinished of Token: uint64
