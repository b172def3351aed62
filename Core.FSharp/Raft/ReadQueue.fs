// Reads that wait for an index (ReadIndex, thesis §6.4). At most one round is under way; what comes
// meanwhile waits for the next, so that any number of reads shares one exchange of messages.
namespace Kv.Core.Raft

open Kv.Core

/// A read that waits. `Node` 0: asked for on this member; else the member that asked the leader.
[<Struct; NoComparison>]
type internal PendingRead = { Node: NodeId; Context: uint64 }

/// The reads of one member.
[<NoComparison; ReferenceEquality>]
type internal ReadQueue = {
    Waiting: Fifo<PendingRead>
    /// The reads of the round under way; empty when there is none.
    Round: PendingRead[]
    /// Names the round under way. On the leader rounds are counted through its term, so no
    /// answer to an earlier round can confirm a later one; elsewhere it is the context of the
    /// round's first read, which the host keeps unique.
    Token: uint64
    /// On the leader: the commit index when the round began.
    Index: LogIndex
}

/// Transitions of the read queue.
[<RequireQualifiedAccess>]
module internal ReadQueue =
    let empty = {
        Waiting = Fifo.Empty
        Round = [||]
        Token = 0UL
        Index = 0UL
    }

    let isIdle (queue: ReadQueue) = queue.Round.Length = 0

    let isEmpty (queue: ReadQueue) = isIdle queue && queue.Waiting.IsEmpty

    let add (read: PendingRead) (queue: ReadQueue) = {
        queue with
            Waiting = queue.Waiting.Enqueue read
    }

    /// All waiting reads become the round under way.
    let start (token: uint64) (index: LogIndex) (queue: ReadQueue) = {
        Waiting = Fifo.Empty
        Round = queue.Waiting.ToArray()
        Token = token
        Index = index
    }

    let finish (queue: ReadQueue) = { queue with Round = [||] }
