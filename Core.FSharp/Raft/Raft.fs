// The Raft reducer: the one public `Step`.
namespace Kv.Core.Raft

open System
open System.Buffers
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
type FollowerStatus =
    { Node: NodeId
      Match: LogIndex
      Next: LogIndex
      IsLearner: bool
      IsRecentlyActive: bool
      IsInSnapshot: bool }

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

/// The state of one member: opaque, immutable.
[<Sealed; AllowNullLiteral>]
type RaftState internal () =
    member _.Status: RaftStatus = raise (NotImplementedException())

/// Collects what a run of steps asked for. Owned and reused by the host's loop.
[<Sealed; AllowNullLiteral>]
type StepOutput() =
    /// Hands all collected effects to the sink in order, and forgets them.
    member _.Drain(sink: IEffectSink) : unit = ignore sink; raise (NotImplementedException())

/// The Raft reducer. Total: any input in any state gives a state.
[<AbstractClass; Sealed>]
type RaftMachine private () =
    /// A member as it is after start: what its log held. `mark` is the newest snapshot (index 0 at
    /// bootstrap, with the initial configuration); `entries` are the durable entries behind it.
    static member Restore
        (options: RaftOptions, hardState: HardState, mark: SnapshotMark, entries: Entry[])
        : RaftState =
        ignore (options, hardState, mark, entries)
        raise (NotImplementedException())

    /// The next state after one input; effects are added to `output`.
    static member Step(state: RaftState, input: Input, output: StepOutput) : RaftState =
        ignore (state, input, output)
        raise (NotImplementedException())

/// Bytes of peer messages. Versioned; decoding is total and never trusts a length.
[<AbstractClass; Sealed>]
type MessageCodec private () =
    static member Encode(message: Message, writer: IBufferWriter<byte>) : unit =
        ignore (message, writer)
        raise (NotImplementedException())

    /// False if the bytes are not exactly one well-formed message. Entry data and payloads are
    /// slices of `bytes`, which therefore must not be reused.
    static member TryDecode(bytes: ReadOnlyMemory<byte>, message: outref<Message>) : bool =
        ignore bytes
        message <- null
        raise (NotImplementedException())

/// Bytes of a `ConfigurationChange` (the data of a `Configuration` entry).
[<AbstractClass; Sealed>]
type ConfigurationCodec private () =
    static member Encode(change: ConfigurationChange) : byte[] =
        ignore change
        raise (NotImplementedException())

    /// False if the bytes are not a well-formed change.
    static member TryDecode(bytes: ReadOnlyMemory<byte>, change: outref<ConfigurationChange>) : bool =
        ignore bytes
        change <- null
        raise (NotImplementedException())
