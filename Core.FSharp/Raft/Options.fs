// The settings of a member, and the look at its state that the host may have.
namespace Kv.Core.Raft

open Kv.Core

/// Fixed settings of a member. Sizes in bytes, times in ticks (one tick = one heartbeat interval).
[<Sealed; AllowNullLiteral>]
type RaftOptions(id: NodeId, electionTicks: int, heartbeatTicks: int, seed: uint64) =
    member _.Id = id
    /// Ticks without a leader before campaigning; the actual timeout is random in [n, 2n).
    member _.ElectionTicks = electionTicks
    member _.HeartbeatTicks = heartbeatTicks
    /// Seed of the pseudo-random election timeouts; differs between members.
    member _.Seed = seed
    member val PreVote = true with get, set
    member val CheckQuorum = true with get, set
    /// Most entry bytes in one append message.
    member val AppendBytesMax = 1 <<< 20 with get, set
    /// Most append messages in flight to one follower.
    member val InflightCountMax = 512 with get, set
    /// Most append bytes in flight to one follower.
    member val InflightBytesMax = 16 <<< 20 with get, set
    /// Most bytes appended but not committed; past it proposals are refused as overloaded.
    member val UncommittedBytesMax = 256 <<< 20 with get, set
    /// Applied entries kept in memory for slow followers, at most this many …
    member val TailEntriesMax = 5_000 with get, set
    /// … and at most this many bytes; followers behind them get a snapshot.
    member val TailBytesMax = 64 <<< 20 with get, set

/// How far the leader knows one follower to be.
[<Struct; NoComparison>]
type FollowerStatus = {
    Node: NodeId
    Match: LogIndex
    Next: LogIndex
    IsLearner: bool
    IsRecentlyActive: bool
    IsInSnapshot: bool
}

/// A look at a member's Raft state, for status, health and metrics.
[<Sealed; AllowNullLiteral>]
type RaftStatus
    (
        role: Role,
        term: Term,
        leader: NodeId,
        commit: LogIndex,
        applied: LogIndex,
        firstIndex: LogIndex,
        lastIndex: LogIndex,
        configuration: Configuration,
        followers: FollowerStatus[]
    ) =
    member _.Role = role
    member _.Term = term
    member _.Leader = leader
    member _.Commit = commit
    member _.Applied = applied
    member _.FirstIndex = firstIndex
    member _.LastIndex = lastIndex
    member _.Configuration = configuration
    /// Only on the leader; empty elsewhere.
    member _.Followers = followers
