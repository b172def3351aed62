// The work the Raft reducer asks of its host, as one method an effect: a new effect breaks the
// host's build until it is handled.
namespace Kv.Core.Raft

open System
open Kv.Core

/// Work for the log writer. Batches are made durable in order of `Sequence`.
[<Sealed; AllowNullLiteral>]
type PersistBatch
    (
        sequence: uint64,
        hardState: HardState voption,
        entries: Entry[],
        snapshot: SnapshotMark,
        mustSync: bool,
        messages: Message[]
    ) =
    /// Answer `Input.Persisted Sequence` once this batch is durable.
    member _.Sequence = sequence
    /// The new hard state; no value when it did not change.
    member _.HardState = hardState
    /// Entries to append, ascending and without gaps. If the first one's index is already in the
    /// log, everything from there on is replaced.
    member _.Entries = entries
    /// Not null: the log is reset to start behind this mark (before `Entries` are appended).
    member _.Snapshot = snapshot
    /// False when only the commit index moved: no need to wait for the disk.
    member _.MustSync = mustSync
    /// Messages that may leave only when this batch is durable.
    member _.Messages = messages

/// Why a proposal or a read was not taken.
type Refusal =
    /// No leader is known.
    | NoLeader = 0
    /// Leadership is being handed over.
    | Transferring = 1
    /// Too many uncommitted bytes.
    | Overloaded = 2
    /// A membership change is under way, or not applied here yet.
    | ChangePending = 3
    /// The membership change is not possible (last voter, unknown member, nothing to do).
    | InvalidChange = 4
    /// This member is not part of the cluster.
    | Removed = 5

/// A member's part in the current term.
type Role =
    | Follower = 0
    | PreCandidate = 1
    | Candidate = 2
    | Leader = 3

/// What the host does for the Raft reducer.
type IEffectSink =
    /// Make durable, then send the batch's messages, then report `Input.Persisted`.
    abstract Persist: batch: PersistBatch -> unit
    /// Send now; may be lost.
    abstract Send: message: Message -> unit
    /// Committed (and durable here) entries, ascending, without gaps, each index exactly once.
    abstract Apply: entries: Entry[] -> unit
    /// The read may be served once the store has applied `index`.
    abstract ReleaseRead: context: uint64 * index: LogIndex -> unit
    /// The read was refused; the caller may ask again.
    abstract RefuseRead: context: uint64 * reason: Refusal -> unit
    /// These proposals were not appended, and will not be.
    abstract RefuseProposals: payloads: ReadOnlyMemory<byte>[] * reason: Refusal -> unit
    /// This membership change was not appended, and will not be.
    abstract RefuseConfiguration: change: ConfigurationChange * reason: Refusal -> unit
    /// Send the peer a snapshot of the applied state; answer `Input.SnapshotSent`.
    abstract SendSnapshot: peer: NodeId * term: Term -> unit
    /// Replace the store's state by the one received with this mark; everything applied later
    /// starts behind it.
    abstract RestoreSnapshot: mark: SnapshotMark -> unit
    /// Role, term or known leader changed (`leader` 0: none).
    abstract LeadershipChanged: role: Role * term: Term * leader: NodeId -> unit
    /// The configuration in force changed (committed).
    abstract ConfigurationChanged: configuration: Configuration -> unit
