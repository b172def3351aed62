// What members say to each other. `MessageCodec` (below the union) turns it to bytes and back.
namespace Kv.Core.Raft

open System
open Kv.Core

/// The body of a peer message.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type MessageBody =
    /// Would you vote for me? Changes nobody's term (pre-vote, thesis §9.6).
    | PreVoteRequest of LastIndex: LogIndex * LastTerm: Term
    | PreVoteResponse of Granted: bool
    /// `Transfer`: the election was asked for by the leader, so the lease guard does not apply.
    | VoteRequest of LastIndex: LogIndex * LastTerm: Term * Transfer: bool
    | VoteResponse of Granted: bool
    | Append of PreviousIndex: LogIndex * PreviousTerm: Term * Entries: Entry[] * Commit: LogIndex
    /// Everything up to `Match` is durable here and equal to the leader's log.
    | AppendAccepted of Match: LogIndex
    /// `Rejected` is the previous index refused; the hint is where the logs may still agree.
    | AppendRejected of Rejected: LogIndex * HintIndex: LogIndex * HintTerm: Term
    /// `Context` names a ReadIndex round; 0 when none is under way.
    | Heartbeat of Commit: LogIndex * Context: uint64
    | HeartbeatResponse of Context: uint64
    /// The state itself travels on the host's snapshot stream; this is its place in the log.
    | InstallSnapshot of Mark: SnapshotMark
    /// The entry at this index and term is committed: a fact in every term. Candidates and voters
    /// tell each other, since a member that still counts on a configuration since replaced could
    /// otherwise wait for ever for the vote of a member that is gone.
    | CommitKnown of Index: LogIndex * Term: Term
    /// Campaign at once: leadership is being handed to you.
    | TimeoutNow
    /// Proposals a follower passes on to the leader.
    | Propose of Kind: EntryKind * Payloads: ReadOnlyMemory<byte>[]
    | ReadIndexRequest of Context: uint64
    /// `Index` 0: refused, ask again.
    | ReadIndexResponse of Context: uint64 * Index: LogIndex
    /// Asks the leader to hand leadership to `Target`.
    | TransferRequest of Target: NodeId

/// A message between members.
[<Sealed; AllowNullLiteral>]
type Message(from: NodeId, target: NodeId, term: Term, body: MessageBody) =
    member _.From = from
    member _.To = target
    /// The sender's term (pre-vote: the term it would have); 0 for forwarded requests.
    member _.Term = term
    member _.Body = body

    /// True for the message that goes with a snapshot stream, not on the message stream.
    member _.IsSnapshot =
        match body with
        | MessageBody.InstallSnapshot _ -> true
        | _ -> false
