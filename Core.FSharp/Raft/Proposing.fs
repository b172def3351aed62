// Proposals: what a leader takes, what it refuses and why, and how other members pass them on. A
// passed-on proposal goes over at most two members, so it can never circle.
namespace Kv.Core.Raft

open System
open Kv.Core

/// Where a proposal came from: only this member's own are answered with a refusal, those of others
/// are dropped, as a lost message would be.
[<RequireQualifiedAccess; Struct>]
type internal ProposalOrigin =
    | Own
    /// `PassedOn` once or twice.
    | Peer of Hops: int

/// Decisions about proposals.
[<RequireQualifiedAccess>]
module internal Proposing =
    let private refuse (turn: Turn) origin (payloads: ReadOnlyMemory<byte>[]) reason =
        match origin with
        | ProposalOrigin.Own -> turn.Emit(Effect.RefuseProposals(payloads, reason))
        | ProposalOrigin.Peer _ -> ()

    let private refuseChange (turn: Turn) origin (change: ConfigurationChange) reason =
        match origin with
        | ProposalOrigin.Own -> turn.Emit(Effect.RefuseConfiguration(change, reason))
        | ProposalOrigin.Peer _ -> ()

    /// Nothing uncommitted: always room for one batch, however large. Empty payloads are free.
    let private isOverloaded (state: NodeState) (leadership: Leadership) payloads =
        let bytes = Array.sumBy (fun (p: ReadOnlyMemory<byte>) -> int64 p.Length) payloads
        let uncommitted = leadership.UncommittedBytes

        bytes > 0L
        && uncommitted > 0L
        && uncommitted + bytes > int64 state.Options.UncommittedBytesMax

    let private propose (turn: Turn) origin (leadership: Leadership) payloads =
        if leadership.TransferTarget <> 0UL then
            refuse turn origin payloads Refusal.Transferring
        elif isOverloaded turn.State leadership payloads then
            refuse turn origin payloads Refusal.Overloaded
        else
            Replication.append turn EntryKind.Normal payloads
            Replication.feedAll turn

    let private proposeChange (turn: Turn) origin (leadership: Leadership) change =
        if leadership.TransferTarget <> 0UL then
            refuseChange turn origin change Refusal.Transferring
        else
            match Configuring.refusal turn.State change with
            | ValueSome reason -> refuseChange turn origin change reason
            | ValueNone ->
                Replication.appendConfiguration turn change
                Replication.feedAll turn

    /// Why a member without a leader refuses.
    let private leaderless (state: NodeState) =
        let configuration = NodeState.configuration state

        if
            configuration.Voters.Length > 0
            && not (Membership.isMember state.Options.Id configuration)
        then
            Refusal.Removed
        else
            Refusal.NoLeader

    /// Passes a proposal on; false if there is nobody to pass it to. The second hop carries the
    /// sender's term instead of 0, and there is no third.
    let private pass (turn: Turn) origin (kind: EntryKind) payloads : bool =
        let leader = turn.State.Leader

        match origin with
        | ProposalOrigin.Own when leader <> 0UL ->
            turn.SendAt(leader, 0UL, MessageBody.Propose(kind, payloads))
            true
        | ProposalOrigin.Peer 1 when leader <> 0UL ->
            turn.Send(leader, MessageBody.Propose(kind, payloads))
            true
        | ProposalOrigin.Own
        | ProposalOrigin.Peer _ -> false

    /// Store commands.
    let commands (turn: Turn) (origin: ProposalOrigin) (payloads: ReadOnlyMemory<byte>[]) =
        match turn.State.Leadership with
        | _ when payloads.Length = 0 -> ()
        | ValueSome leadership -> propose turn origin leadership payloads
        | ValueNone ->
            if not (pass turn origin EntryKind.Normal payloads) then
                refuse turn origin payloads (leaderless turn.State)

    /// A membership change.
    let change (turn: Turn) (origin: ProposalOrigin) (change: ConfigurationChange) =
        match turn.State.Leadership with
        | ValueSome leadership -> proposeChange turn origin leadership change
        | ValueNone ->
            let bytes = ReadOnlyMemory(ConfigurationCodec.Encode change)

            if not (pass turn origin EntryKind.Configuration [| bytes |]) then
                refuseChange turn origin change (leaderless turn.State)

    /// What a peer passed on.
    let passedOn (turn: Turn) (message: Message) (kind: EntryKind) payloads =
        let origin = ProposalOrigin.Peer(if message.Term = 0UL then 1 else 2)

        if kind = EntryKind.Configuration then
            for payload in payloads do
                let mutable decoded: ConfigurationChange = null

                if ConfigurationCodec.TryDecode(payload, &decoded) then
                    change turn origin decoded
        else
            commands turn origin payloads
