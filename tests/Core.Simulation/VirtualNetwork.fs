// The network between members: loss, duplication, delay, reordering, partitions (also one-way) and
// clogged links. Without reordering a link keeps its order, as a stream does.
namespace Kv.Core.Simulation

open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft

/// Numbers of message bodies, for traces and hashes.
[<RequireQualifiedAccess>]
module MessageNumber =
    /// A stable number of the body's case.
    let ofBody (body: MessageBody) : uint64 =
        match body with
        | MessageBody.PreVoteRequest _ -> 0UL
        | MessageBody.PreVoteResponse _ -> 1UL
        | MessageBody.VoteRequest _ -> 2UL
        | MessageBody.VoteResponse _ -> 3UL
        | MessageBody.Append _ -> 4UL
        | MessageBody.AppendAccepted _ -> 5UL
        | MessageBody.AppendRejected _ -> 6UL
        | MessageBody.Heartbeat _ -> 7UL
        | MessageBody.HeartbeatResponse _ -> 8UL
        | MessageBody.InstallSnapshot _ -> 9UL
        | MessageBody.TimeoutNow -> 10UL
        | MessageBody.Propose _ -> 11UL
        | MessageBody.ReadIndexRequest _ -> 12UL
        | MessageBody.ReadIndexResponse _ -> 13UL
        | MessageBody.TransferRequest _ -> 14UL
        | MessageBody.CommitKnown _ -> 15UL

    /// Whether it asks for a transfer of leadership.
    let isTransfer (body: MessageBody) : bool =
        match body with
        | MessageBody.TransferRequest _ -> true
        | _ -> false

    /// Words for a recorded trace.
    let describe (body: MessageBody) : string =
        match body with
        | MessageBody.PreVoteRequest(index, term) -> $"PreVoteRequest {index}@{term}"
        | MessageBody.PreVoteResponse granted -> $"PreVoteResponse {granted}"
        | MessageBody.VoteRequest(index, term, transfer) -> $"VoteRequest {index}@{term} {transfer}"
        | MessageBody.VoteResponse granted -> $"VoteResponse {granted}"
        | MessageBody.CommitKnown(index, term) -> $"CommitKnown {index}@{term}"
        | MessageBody.Append(index, term, entries, commit) ->
            $"Append {index}@{term} +{entries.Length} commit {commit}"
        | MessageBody.AppendAccepted index -> $"AppendAccepted {index}"
        | MessageBody.AppendRejected(rejected, index, term) ->
            $"AppendRejected {rejected} hint {index}@{term}"
        | MessageBody.Heartbeat(commit, context) -> $"Heartbeat commit {commit} context {context}"
        | MessageBody.HeartbeatResponse context -> $"HeartbeatResponse context {context}"
        | MessageBody.InstallSnapshot mark -> $"InstallSnapshot {mark.Index}@{mark.Term}"
        | MessageBody.TimeoutNow -> "TimeoutNow"
        | MessageBody.Propose(_, payloads) -> $"Propose {payloads.Length}"
        | MessageBody.ReadIndexRequest context -> $"ReadIndexRequest {context}"
        | MessageBody.ReadIndexResponse(context, index) -> $"ReadIndexResponse {context} {index}"
        | MessageBody.TransferRequest target -> $"TransferRequest {target}"

/// The links between all members. Ids are small numbers (below `VirtualNetwork.NodesMax`).
[<Sealed>]
type VirtualNetwork(options: SimOptions, rng: SplitMix, queue: EventQueue, trace: Trace) =
    static let nodesMax = 64
    let blocked = Array2D.create nodesMax nodesMax false
    let clogged = Array2D.create nodesMax nodesMax 0L
    let lastArrival = Array2D.create nodesMax nodesMax 0L
    let unreachable = Queue<struct (NodeId * NodeId)>()
    let mutable isHealed = false

    let at (node: NodeId) = int node

    let fill (links: 'a[,]) (value: 'a) =
        for source in 0 .. nodesMax - 1 do
            for target in 0 .. nodesMax - 1 do
                links[source, target] <- value

    let drop (message: Message) (why: uint64) =
        let number = MessageNumber.ofBody message.Body
        trace.Event(queue.Now, message.From, TraceKind.Drop, message.To, number, why)

        if rng.Chance options.UnreachablePermille then
            unreachable.Enqueue(struct (message.From, message.To))

    let schedule (message: Message) (extra: int) =
        let source, target = at message.From, at message.To

        let unitsMax =
            if isHealed then
                min options.DelayUnitsMax 5
            else
                options.DelayUnitsMax

        let delay = 1 + rng.Below unitsMax + extra
        let free = max (queue.Now + int64 delay) clogged[source, target]
        let isOrdered = options.ReorderPermille = 0

        let time =
            if isOrdered then
                max free lastArrival[source, target]
            else
                free

        lastArrival[source, target] <- time
        queue.After(time - queue.Now, SimEvent.Deliver message)

    /// What the mutants make of a message that is lost.
    let forgeLost (message: Message) =
        match options.HostMutant, message.Body with
        | HostMutant.ForgeAcceptances, MessageBody.Append(previous, _, entries, _) ->
            let last = previous + uint64 entries.Length
            let body = MessageBody.AppendAccepted last
            schedule (Message(message.To, message.From, message.Term, body)) 0
        | _ -> ()

    /// What the mutants make of a message on its way.
    let forge (message: Message) =
        match options.HostMutant, message.Body with
        | HostMutant.ForgeVotes, MessageBody.VoteResponse false ->
            Message(message.From, message.To, message.Term, MessageBody.VoteResponse true)
        | HostMutant.CorruptEntries, MessageBody.Append(index, term, entries, commit) when
            entries.Length > 0 && rng.Chance 20
            ->
            let last = entries[entries.Length - 1]
            let changed = Payload.create (Payload.id last.Data) (last.Data.Length + 1)
            let entry = Entry(last.Index, last.Term, last.Kind, changed)
            let entries = Array.append entries[.. entries.Length - 2] [| entry |]
            let body = MessageBody.Append(index, term, entries, commit)
            Message(message.From, message.To, message.Term, body)
        | _ -> message

    /// Peers a sender noticed to be out of reach since the last call: (sender, peer).
    member _.TakeUnreachable() : struct (NodeId * NodeId)[] =
        let all = unreachable.ToArray()
        unreachable.Clear()
        all

    /// Whether nothing gets from one to the other.
    member _.IsBlocked(source: NodeId, target: NodeId) = blocked[at source, at target]

    /// Opens or closes one direction of a link.
    member _.SetBlocked(source: NodeId, target: NodeId, value: bool) =
        blocked[at source, at target] <- value

    /// Holds back what is sent on this link until then.
    member _.Clog(source: NodeId, target: NodeId, until: int64) =
        clogged[at source, at target] <- max until clogged[at source, at target]

    /// Opens all links for good: from now on nothing is lost, repeated, held back or reordered.
    member _.Heal() =
        if options.HostMutant <> HostMutant.NeverHeal then
            isHealed <- true
            fill blocked false
            fill clogged 0L

    /// Whether the second phase has begun.
    member _.IsHealed = isHealed

    /// The message could not be delivered because its target is down.
    member _.TargetDown(message: Message) = drop message 2UL

    /// Sends a message: it arrives late, twice, or not at all.
    member this.Send(message: Message) =
        if blocked[at message.From, at message.To] then
            drop message 1UL
            forgeLost message
        elif not isHealed && rng.Chance options.LossPermille then
            drop message 0UL
            forgeLost message
        else
            this.Deliver(forge message)

    /// How long a snapshot stream takes (time units); no value when it breaks.
    member _.SnapshotDelay(source: NodeId, target: NodeId) : int64 voption =
        let delay = int64 (1 + rng.Below options.SnapshotUnitsMax)
        let isLost = not isHealed && rng.Chance options.SnapshotFailPermille

        if blocked[at source, at target] || isLost then
            ValueNone
        else
            ValueSome delay

    member private _.Deliver(message: Message) =
        if isHealed then
            schedule message 0
        else
            let isLate = rng.Chance options.ReorderPermille
            schedule message (if isLate then rng.Below options.ReorderUnitsMax else 0)

            if rng.Chance options.DuplicatePermille then
                schedule message (rng.Below options.ReorderUnitsMax)

    /// Most members a run can ever have.
    static member NodesMax = nodesMax
