// Effects as data, and the buffer that collects them with the events until the host's loop hands
// them on.
namespace Kv.Core.Raft

open System
open System.Collections.Generic
open Kv.Core

/// One effect as data, in the order decided.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type internal Effect =
    | Persist of PersistBatch
    | Send of Message
    | Apply of Entry[]
    | ReleaseRead of Context: uint64 * Index: LogIndex
    | RefuseRead of Context: uint64 * Reason: Refusal
    | RefuseProposals of Payloads: ReadOnlyMemory<byte>[] * Reason: Refusal
    | RefuseConfiguration of Change: ConfigurationChange * Reason: Refusal
    | SendSnapshot of Peer: NodeId * Term: Term
    | RestoreSnapshot of Mark: SnapshotMark
    | LeadershipChanged of Role: Role * Term: Term * Leader: NodeId
    | ConfigurationChanged of Configuration: Configuration

/// Collects what a run of steps asked for. Owned and reused by the host's loop; one thread at a time.
[<Sealed; AllowNullLiteral>]
type StepOutput() =
    let effects = ResizeArray<Effect>()
    let events = ResizeArray<Event>()

    /// Keep the events too (for a recorder, a trace or tests). Off by default.
    member val RecordsEvents = false with get, set

    /// The events recorded since the last `Clear` or `Drain`, oldest first.
    member _.Events: IReadOnlyList<Event> = events

    member internal _.Effects = effects

    member internal this.Record(event: Event) =
        if this.RecordsEvents then
            events.Add event

    /// Forgets all collected effects and events.
    member _.Clear() =
        effects.Clear()
        events.Clear()

    /// Hands all collected effects to the sink in order, and forgets them and the events.
    member this.Drain(sink: IEffectSink) : unit =
        for effect in effects do
            match effect with
            | Effect.Persist batch -> sink.Persist batch
            | Effect.Send message -> sink.Send message
            | Effect.Apply entries -> sink.Apply entries
            | Effect.ReleaseRead(context, index) -> sink.ReleaseRead(context, index)
            | Effect.RefuseRead(context, reason) -> sink.RefuseRead(context, reason)
            | Effect.RefuseProposals(payloads, reason) -> sink.RefuseProposals(payloads, reason)
            | Effect.RefuseConfiguration(change, reason) -> sink.RefuseConfiguration(change, reason)
            | Effect.SendSnapshot(peer, term) -> sink.SendSnapshot(peer, term)
            | Effect.RestoreSnapshot mark -> sink.RestoreSnapshot mark
            | Effect.LeadershipChanged(role, term, leader) ->
                sink.LeadershipChanged(role, term, leader)
            | Effect.ConfigurationChanged configuration -> sink.ConfigurationChanged configuration

        this.Clear()
