// A number that stands for a step's outcome: the state behind it and the effects it asked for. A replay
// that comes to another number has diverged from what the node did. It is taken at every step of a
// running node, so it mixes numbers and looks at no command.
namespace Kv.Core.Raft

open System
open System.Numerics
open Kv.Core

[<RequireQualifiedAccess>]
module private Mix =
    [<Literal>]
    let start = 0x243F6A8885A308D3UL

    /// One more number; order counts.
    let inline add (hash: uint64) (value: uint64) : uint64 =
        BitOperations.RotateLeft((hash ^^^ value) * 0x9E3779B97F4A7C15UL, 29)

    let inline addInt (hash: uint64) (value: int) = add hash (uint64 (uint32 value))
    let inline addBool (hash: uint64) (value: bool) = add hash (if value then 1UL else 0UL)

    let nodes (hash: uint64) (nodes: NodeId[]) : uint64 =
        let mutable hash = addInt hash nodes.Length

        for node in nodes do
            hash <- add hash node

        hash

    let configuration (hash: uint64) (value: Configuration) : uint64 =
        let hash = nodes hash value.Voters
        let hash = nodes hash value.Outgoing
        let hash = nodes hash value.Learners
        let hash = nodes hash value.LearnersNext
        addBool hash value.AutoLeave

    let mark (hash: uint64) (value: SnapshotMark) : uint64 =
        configuration (add (add hash value.Index) value.Term) value.Configuration

    /// Where they are and of which terms.
    let entries (hash: uint64) (items: Entry[]) : uint64 =
        if items.Length = 0 then
            add hash 0UL
        else
            let first = items[0]
            let last = items[items.Length - 1]
            add (add (add (add hash first.Index) first.Term) last.Index) last.Term

    let payloads (hash: uint64) (items: ReadOnlyMemory<byte>[]) : uint64 =
        let mutable bytes = 0L

        for item in items do
            bytes <- bytes + int64 item.Length

        addInt (add hash (uint64 bytes)) items.Length

[<RequireQualifiedAccess>]
module private MixState =
    let private durability (hash: uint64) (value: Durability) : uint64 =
        let hash = Mix.add (Mix.add hash value.Issued) value.Completed
        let hash = Mix.add (Mix.add hash value.SyncIssued) value.HardIssued
        let hash = Mix.add (Mix.add hash value.Durable) value.Saved.Commit
        Mix.add (Mix.addInt hash value.Writes.Count) value.Untold

    let private timers (hash: uint64) (value: Timers) : uint64 =
        let hash = Mix.addInt (Mix.addInt hash value.Election) value.Heartbeat
        Mix.add (Mix.addInt hash value.Timeout) value.Seed

    let private progress (hash: uint64) (value: Progress) : uint64 =
        let hash = Mix.add (Mix.add hash value.Node) value.Match
        let hash = Mix.add (Mix.add hash value.Next) value.CommitSent
        let hash = Mix.add (Mix.add hash value.Round) value.SnapshotFrom
        let hash = Mix.add hash (uint64 value.FlightBytes)
        let hash = Mix.addBool (Mix.addBool hash value.IsPaused) value.MayRetry
        Mix.addInt (Mix.addBool hash value.IsActive) value.Flights.Count

    let private leadership (hash: uint64) (value: Leadership) : uint64 =
        let mutable hash = hash

        for peer in value.Peers do
            hash <- progress hash peer

        Mix.add (Mix.add hash (uint64 value.UncommittedBytes)) value.TransferTarget

    let node (hash: uint64) (state: NodeState) : uint64 =
        let log = state.Log
        let hash = Mix.add (Mix.add hash state.Term) state.Vote
        let hash = Mix.add (Mix.addInt hash (int state.Role)) state.Leader
        let hash = Mix.add (Mix.add hash log.BaseIndex) log.LastIndex
        let hash = Mix.add (Mix.add hash log.LastTerm) (uint64 log.Bytes)
        let hash = Mix.add (Mix.add hash state.Commit) state.Released
        let hash = Mix.add (Mix.add hash state.Applied) state.Membership.LastEntry
        let hash = Mix.configuration hash state.Membership.Configuration
        let hash = durability hash state.Durability
        let hash = timers hash state.Timers
        let hash = Mix.add (Mix.add hash state.Reads.Token) state.Reads.Index

        let hash =
            Mix.addInt (Mix.addInt hash state.Reads.Waiting.Count) state.Reads.Round.Length

        let hash =
            match state.Ballot with
            | ValueSome ballot -> Mix.nodes (Mix.nodes hash ballot.Granted) ballot.Rejected
            | ValueNone -> hash

        match state.Leadership with
        | ValueSome value -> leadership hash value
        | ValueNone -> hash

[<RequireQualifiedAccess>]
module private MixEffect =
    let private body (hash: uint64) (value: MessageBody) : uint64 =
        let hash = Mix.addInt hash (int (Body.tag value))

        match value with
        | MessageBody.PreVoteRequest(index, term)
        | MessageBody.CommitKnown(index, term) -> Mix.add (Mix.add hash index) term
        | MessageBody.VoteRequest(index, term, transfer) ->
            Mix.addBool (Mix.add (Mix.add hash index) term) transfer
        | MessageBody.PreVoteResponse granted
        | MessageBody.VoteResponse granted -> Mix.addBool hash granted
        | MessageBody.Append(index, term, items, commit) ->
            Mix.entries (Mix.add (Mix.add (Mix.add hash index) term) commit) items
        | MessageBody.AppendRejected(rejected, index, term) ->
            Mix.add (Mix.add (Mix.add hash rejected) index) term
        | MessageBody.Heartbeat(commit, context) -> Mix.add (Mix.add hash commit) context
        | MessageBody.InstallSnapshot mark -> Mix.mark hash mark
        | MessageBody.TimeoutNow -> hash
        | MessageBody.Propose(kind, items) -> Mix.payloads (Mix.addInt hash (int kind)) items
        | MessageBody.AppendAccepted value
        | MessageBody.HeartbeatResponse value
        | MessageBody.ReadIndexRequest value
        | MessageBody.TransferRequest value -> Mix.add hash value
        | MessageBody.ReadIndexResponse(context, index) -> Mix.add (Mix.add hash context) index

    let private message (hash: uint64) (value: Message) : uint64 =
        body (Mix.add (Mix.add hash value.To) value.Term) value.Body

    let private batch (hash: uint64) (value: PersistBatch) : uint64 =
        let hash = Mix.entries (Mix.add hash value.Sequence) value.Entries
        let hash = Mix.addBool hash value.MustSync

        let hash =
            match value.HardState with
            | ValueSome hard -> Mix.add (Mix.add (Mix.add hash hard.Term) hard.Vote) hard.Commit
            | ValueNone -> hash

        let mutable hash =
            if isNull value.Snapshot then
                hash
            else
                Mix.mark hash value.Snapshot

        for item in value.Messages do
            hash <- message hash item

        hash

    let effect (hash: uint64) (value: Effect) : uint64 =
        match value with
        | Effect.Persist value -> batch (Mix.addInt hash 1) value
        | Effect.Send value -> message (Mix.addInt hash 2) value
        | Effect.Apply items -> Mix.entries (Mix.addInt hash 3) items
        | Effect.ReleaseRead(context, index) -> Mix.add (Mix.add (Mix.addInt hash 4) context) index
        | Effect.RefuseRead(context, reason) ->
            Mix.addInt (Mix.add (Mix.addInt hash 5) context) (int reason)
        | Effect.RefuseProposals(items, reason) ->
            Mix.addInt (Mix.payloads (Mix.addInt hash 6) items) (int reason)
        | Effect.RefuseConfiguration(change, reason) ->
            Mix.addInt (Mix.addInt (Mix.addInt hash 7) change.Steps.Length) (int reason)
        | Effect.SendSnapshot(peer, term) -> Mix.add (Mix.add (Mix.addInt hash 8) peer) term
        | Effect.RestoreSnapshot mark -> Mix.mark (Mix.addInt hash 9) mark
        | Effect.LeadershipChanged(role, term, leader) ->
            Mix.add (Mix.add (Mix.addInt (Mix.addInt hash 10) (int role)) term) leader
        | Effect.ConfigurationChanged value -> Mix.configuration (Mix.addInt hash 11) value

/// The number that stands for a step's outcome.
[<AbstractClass; Sealed>]
type Fingerprint private () =
    /// Of the state behind a step, and of the effects in `output`.
    static member Of(state: RaftState, output: StepOutput) : uint32 =
        ArgumentNullException.ThrowIfNull state
        ArgumentNullException.ThrowIfNull output
        let mutable hash = MixState.node Mix.start state.Node

        for effect in output.Effects do
            hash <- MixEffect.effect hash effect

        uint32 (hash ^^^ (hash >>> 32))
