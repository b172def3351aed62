// The one clock of a run: events in order of their time, and of their scheduling within one time,
// so that the order is a function of the seed alone.
namespace Kv.Core.Simulation

open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft

/// Something that is going to happen. Events of a member carry its incarnation: what was under
/// way when it crashed finds a later incarnation and is dropped.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type SimEvent =
    /// The member's heartbeat timer.
    | Tick of Node: NodeId * Incarnation: int
    /// The member looks into its inbox.
    | Turn of Node: NodeId * Incarnation: int
    /// A message reaches its target.
    | Deliver of Message: Message
    /// The disk finished all batches up to this sequence.
    | DiskDone of Node: NodeId * Incarnation: int * Sequence: uint64
    /// The applier finished the oldest unit of its queue.
    | ApplyDone of Node: NodeId * Incarnation: int
    /// The snapshot the member was writing of its own state is durable.
    | SnapshotWritten of Node: NodeId * Incarnation: int * State: AppliedState
    /// A snapshot stream reached the peer; what it carries is durable there from now on.
    | SnapshotArrived of Message: Message * State: AppliedState * Incarnation: int
    /// The sender learns what became of its snapshot stream.
    | SnapshotReported of
        Node: NodeId *
        Incarnation: int *
        Peer: NodeId *
        Index: LogIndex *
        Succeeded: bool
    /// A crashed member comes back.
    | Restart of Node: NodeId * Incarnation: int
    /// Once a tick: faults and workload.
    | World

/// Events by time, then by order of scheduling.
[<Sealed>]
type EventQueue() =
    let queue = PriorityQueue<SimEvent, uint64>()
    let mutable scheduled = 0UL
    let mutable now = 0L

    /// The time of the event that was taken last.
    member _.Now = now

    /// Schedules an event `delay` units from now.
    member _.After(delay: int64, event: SimEvent) =
        scheduled <- scheduled + 1UL
        queue.Enqueue(event, (uint64 (now + delay) <<< 32) ||| scheduled)

    /// Takes the next event and moves the time to it; the queue must not be empty.
    member _.Take() : SimEvent =
        let mutable event = Unchecked.defaultof<SimEvent>
        let mutable priority = 0UL
        queue.TryDequeue(&event, &priority) |> ignore
        now <- int64 (priority >>> 32)
        event
