// Everything that can reach the Raft reducer from outside. C# builds inputs with the static methods.
namespace Kv.Core.Raft

open System
open Kv.Core

/// What happened outside.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type Input =
    /// One heartbeat interval passed.
    | Tick
    /// A message came from a peer.
    | Received of Message: Message
    /// Store commands to append (leader) or pass on (follower); all of them in one batch.
    | Proposed of Payloads: ReadOnlyMemory<byte>[]
    /// A membership change to append or pass on.
    | ConfigurationProposed of Change: ConfigurationChange
    /// A linearizable read wants an index. `Context` is unique on this member, never 0.
    | ReadRequested of Context: uint64
    /// The persist effect with this sequence, and all before it, are durable.
    | Persisted of Sequence: uint64
    /// The store has applied everything up to this index; the log may drop what is no longer needed.
    | Applied of Index: LogIndex
    /// Hand leadership to `Target`.
    | TransferRequested of Target: NodeId
    /// The snapshot asked for by `SendSnapshot` reached the peer (`Index` is what it covers) or not.
    | SnapshotSent of Peer: NodeId * Index: LogIndex * Succeeded: bool
    /// The connection to the peer failed; stop streaming and probe.
    | PeerUnreachable of Peer: NodeId
    /// Campaign now, without waiting for the election timeout (single nodes at start, tests).
    | CampaignRequested
