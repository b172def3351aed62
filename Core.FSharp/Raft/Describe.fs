// Stable text of what the reducer takes, states and asks for: for goldens, traces and replay. One
// line each, no reflection, the same on every machine.
namespace Kv.Core.Raft

open System
open System.Text
open Kv.Core

/// Pieces of text.
[<RequireQualifiedAccess>]
module private Text =
    let number (value: uint64) = value.ToString()

    let words (parts: string seq) =
        String.Join(" ", Seq.filter (fun part -> part <> "") parts)

    let nodes (set: NodeId[]) =
        "(" + String.Join(" ", Array.map number set) + ")"

    let place (index: LogIndex) (term: Term) = number index + "/" + number term

    let yes (value: bool) (text: string) = if value then text else ""

    let unless (isDefault: bool) (text: string) = if isDefault then "" else text

    /// Printable data in quotes, other data as hexadecimal; long data shortened.
    let printed (bytes: ReadOnlyMemory<byte>) =
        let shown = bytes.Slice(0, min bytes.Length 32).ToArray()
        let isText = Array.forall (fun b -> b >= 32uy && b < 127uy && b <> 34uy) shown

        let text =
            if isText then
                "\"" + Encoding.ASCII.GetString shown + "\""
            else
                "0x" + Convert.ToHexString shown

        if bytes.Length > shown.Length then
            text + "…" + bytes.Length.ToString()
        else
            text

    /// Commands of a recording have only a length.
    let data (bytes: ReadOnlyMemory<byte>) =
        if StandIn.Is bytes then
            "(" + bytes.Length.ToString() + " bytes)"
        else
            printed bytes

    let kind (kind: EntryKind) =
        if kind = EntryKind.Normal then "normal" else "conf"

    let role (role: Role) =
        match role with
        | Role.Follower -> "Follower"
        | Role.PreCandidate -> "PreCandidate"
        | Role.Candidate -> "Candidate"
        | Role.Leader -> "Leader"
        | _ -> "Role" + (int role).ToString()

    let refusal (reason: Refusal) =
        match reason with
        | Refusal.NoLeader -> "NoLeader"
        | Refusal.Transferring -> "Transferring"
        | Refusal.Overloaded -> "Overloaded"
        | Refusal.ChangePending -> "ChangePending"
        | Refusal.InvalidChange -> "InvalidChange"
        | Refusal.Removed -> "Removed"
        | _ -> "Refusal" + (int reason).ToString()

    let granted (value: bool) = if value then "granted" else "rejected"

    let payloads (items: ReadOnlyMemory<byte>[]) =
        "[" + String.Join(" ", Array.map data items) + "]"

/// Stable one-line texts.
[<AbstractClass; Sealed>]
type Describe private () =
    static let step (step: ConfigurationStep) =
        match step.Operation with
        | ConfigurationOperation.AddVoter -> "+" + Text.number step.Node
        | ConfigurationOperation.AddLearner -> "~" + Text.number step.Node
        | ConfigurationOperation.Remove -> "-" + Text.number step.Node
        | ConfigurationOperation.Update -> "=" + Text.number step.Node
        | _ -> "?" + Text.number step.Node

    static let change (change: ConfigurationChange) =
        let steps =
            if change.Steps.Length = 0 then
                "leave"
            else
                String.Join(" ", Array.map step change.Steps)

        Text.words [
            "conf{" + steps + "}"
            Text.unless change.Context.IsEmpty (Text.data change.Context)
        ]

    static let content (kind: EntryKind) (data: ReadOnlyMemory<byte>) =
        if kind = EntryKind.Configuration then
            let mutable decoded: ConfigurationChange = null

            if ConfigurationCodec.TryDecode(data, &decoded) then
                change decoded
            else
                "conf " + Text.data data
        else
            Text.data data

    static let configuration (c: Configuration) =
        Text.words [
            "voters"
            Text.nodes c.Voters
            Text.yes c.IsJoint ("outgoing " + Text.nodes c.Outgoing)
            Text.unless (c.Learners.Length = 0) ("learners " + Text.nodes c.Learners)
            Text.unless (c.LearnersNext.Length = 0) ("next " + Text.nodes c.LearnersNext)
            Text.yes c.AutoLeave "auto"
        ]

    static let entry (entry: Entry) =
        Text.place entry.Index entry.Term + " " + content entry.Kind entry.Data

    static let entries (items: Entry[]) =
        "[" + String.Join(", ", Array.map entry items) + "]"

    static let mark (mark: SnapshotMark) =
        Text.place mark.Index mark.Term + " " + configuration mark.Configuration

    static let hardState (hard: HardState) =
        Text.words [
            "term"
            Text.number hard.Term
            "vote"
            Text.number hard.Vote
            "commit"
            Text.number hard.Commit
        ]

    static let proposal (kind: EntryKind) (items: ReadOnlyMemory<byte>[]) =
        "[" + String.Join(", ", Array.map (content kind) items) + "]"

    static let body (body: MessageBody) =
        match body with
        | MessageBody.PreVoteRequest(index, term) -> "PreVoteRequest last " + Text.place index term
        | MessageBody.PreVoteResponse granted -> "PreVoteResponse " + Text.granted granted
        | MessageBody.VoteRequest(index, term, transfer) ->
            "VoteRequest last " + Text.place index term + Text.yes transfer " transfer"
        | MessageBody.VoteResponse granted -> "VoteResponse " + Text.granted granted
        | MessageBody.Append(previous, term, items, commit) ->
            Text.words [
                "Append after"
                Text.place previous term
                "commit"
                Text.number commit
                Text.unless (items.Length = 0) (entries items)
            ]
        | MessageBody.AppendAccepted index -> "AppendAccepted " + Text.number index
        | MessageBody.AppendRejected(rejected, index, term) ->
            "AppendRejected " + Text.number rejected + " hint " + Text.place index term
        | MessageBody.Heartbeat(commit, context) ->
            "Heartbeat commit "
            + Text.number commit
            + Text.unless (context = 0UL) (" round " + Text.number context)
        | MessageBody.HeartbeatResponse context ->
            "HeartbeatResponse"
            + Text.unless (context = 0UL) (" round " + Text.number context)
        | MessageBody.InstallSnapshot m -> "InstallSnapshot " + mark m
        | MessageBody.CommitKnown(index, term) -> "CommitKnown " + Text.place index term
        | MessageBody.TimeoutNow -> "TimeoutNow"
        | MessageBody.Propose(kind, items) -> "Propose " + proposal kind items
        | MessageBody.ReadIndexRequest context -> "ReadIndexRequest " + Text.number context
        | MessageBody.ReadIndexResponse(context, index) ->
            "ReadIndexResponse "
            + Text.number context
            + (if index = 0UL then
                   " refused"
               else
                   " index " + Text.number index)
        | MessageBody.TransferRequest target -> "TransferRequest to " + Text.number target

    static let message (m: Message) =
        Text.number m.From
        + "->"
        + Text.number m.To
        + " term "
        + Text.number m.Term
        + " "
        + body m.Body

    static let batch (b: PersistBatch) =
        Text.words [
            "Persist"
            Text.number b.Sequence + (if b.MustSync then "" else " unsynced")
            (match b.HardState with
             | ValueSome hard -> hardState hard
             | ValueNone -> "")
            (if isNull b.Snapshot then
                 ""
             else
                 "reset to " + mark b.Snapshot)
            Text.unless (b.Entries.Length = 0) (entries b.Entries)
            Text.unless
                (b.Messages.Length = 0)
                ("then {" + String.Join("; ", Array.map message b.Messages) + "}")
        ]

    static let read (node: NodeId) (context: uint64) =
        Text.number context + Text.unless (node = 0UL) (" of " + Text.number node)

    static let progress (p: Progress) =
        Text.words [
            Text.number p.Node + ":"
            (match p.Mode with
             | ProgressMode.Probe -> "probe"
             | ProgressMode.Replicate -> "replicate"
             | ProgressMode.Snapshot -> "snapshot " + Text.number p.SnapshotFrom)
            "match " + Text.number p.Match
            "next " + Text.number p.Next
            Text.yes p.IsPaused "paused"
            Text.yes p.MayRetry "retry"
            Text.unless p.IsActive "silent"
            Text.unless
                p.Flights.IsEmpty
                ("inflight "
                 + p.Flights.Count.ToString()
                 + " ("
                 + p.FlightBytes.ToString()
                 + " bytes)")
            Text.unless (p.Round = 0UL) ("round " + Text.number p.Round)
            Text.unless (p.CommitSent = 0UL) ("told " + Text.number p.CommitSent)
        ]

    static let reads (queue: ReadQueue) =
        let list (items: PendingRead[]) =
            "["
            + String.Join(", ", items |> Array.map (fun r -> read r.Node r.Context))
            + "]"

        Text.words [
            "reads"
            Text.number queue.Token
            Text.unless (ReadQueue.isIdle queue) (list queue.Round)
            Text.unless queue.Waiting.IsEmpty ("waiting " + list (queue.Waiting.ToArray()))
        ]

    static let durability (d: Durability) =
        let write (w: PendingWrite) =
            Text.number w.Sequence + " from " + Text.number w.First

        Text.words [
            "durable " + Text.number d.Durable
            "written " + Text.number d.Completed + " of " + Text.number d.Issued
            "(sync " + Text.number d.SyncIssued + ", vote " + Text.number d.HardIssued + ")"
            Text.unless
                d.Writes.IsEmpty
                ("writing [" + String.Join(", ", Array.map write (d.Writes.ToArray())) + "]")
            "saved {" + hardState d.Saved + "}"
            Text.unless (d.Untold = 0UL) ("untold from " + Text.number d.Untold)
        ]

    static let log (window: LogWindow) (countMax: int) =
        let hidden = max 0 (window.Count - countMax)
        let items = window.Slice(window.FirstIndex + uint64 hidden, window.LastIndex)

        Text.words [
            "log after " + Text.place window.BaseIndex window.BaseTerm
            Text.unless (hidden = 0) (hidden.ToString() + " entries and")
            entries items
        ]

    static let membership (m: MembershipState) =
        Text.words [
            configuration m.Configuration
            "entry " + Text.number m.LastEntry
            Text.unless
                (m.Unannounced.Length = 0)
                ("unannounced [" + String.Join(", ", Array.map mark m.Unannounced) + "]")
        ]

    static let timers (t: Timers) =
        Text.words [
            "elapsed " + t.Election.ToString() + " of " + t.Timeout.ToString()
            "heartbeat " + t.Heartbeat.ToString()
            "seed " + t.Seed.ToString "x16"
        ]

    static let leadership (l: Leadership) =
        Text.words [
            "uncommitted " + l.UncommittedBytes.ToString() + " bytes"
            Text.unless (l.TransferTarget = 0UL) ("transfer to " + Text.number l.TransferTarget)
            "{" + String.Join("; ", Array.map progress l.Peers) + "}"
        ]

    static let node (state: NodeState) (entriesMax: int) =
        String.Join(
            "\n",
            Array.filter (fun line -> line <> "") [|
                Text.words [
                    Text.number state.Options.Id
                    Text.role state.Role
                    "term " + Text.number state.Term
                    "vote " + Text.number state.Vote
                    "leader " + Text.number state.Leader
                    "commit " + Text.number state.Commit
                    "released " + Text.number state.Released
                    "applied " + Text.number state.Applied
                ]
                membership state.Membership
                log state.Log entriesMax
                durability state.Durability
                timers state.Timers
                reads state.Reads
                (match state.Ballot with
                 | ValueSome b ->
                     "granted " + Text.nodes b.Granted + " rejected " + Text.nodes b.Rejected
                 | ValueNone -> "")
                (match state.Leadership with
                 | ValueSome l -> leadership l
                 | ValueNone -> "")
            |]
        )

    static member Configuration(value: Configuration) : string = configuration value
    static member Entry(value: Entry) : string = entry value
    static member Message(value: Message) : string = message value

    static member Input(input: Input) : string =
        match input with
        | Input.Tick -> "Tick"
        | Input.Received m -> "Received " + message m
        | Input.Proposed items -> "Proposed " + Text.payloads items
        | Input.ConfigurationProposed c -> "ConfigurationProposed " + change c
        | Input.ReadRequested context -> "ReadRequested " + Text.number context
        | Input.Persisted sequence -> "Persisted " + Text.number sequence
        | Input.Applied index -> "Applied " + Text.number index
        | Input.TransferRequested target -> "TransferRequested to " + Text.number target
        | Input.SnapshotSent(peer, index, succeeded) ->
            "SnapshotSent to "
            + Text.number peer
            + " index "
            + Text.number index
            + (if succeeded then "" else " failed")
        | Input.PeerUnreachable peer -> "PeerUnreachable " + Text.number peer
        | Input.CampaignRequested -> "CampaignRequested"

    static member Event(event: Event) : string =
        match event with
        | Event.Ticked -> "Ticked"
        | Event.IntervalStarted -> "IntervalStarted"
        | Event.TermAdvanced term -> "TermAdvanced " + Text.number term
        | Event.VoteGranted candidate -> "VoteGranted to " + Text.number candidate
        | Event.VoteCounted(voter, granted) ->
            "VoteCounted of " + Text.number voter + " " + Text.granted granted
        | Event.RoleChanged(role, leader) ->
            "RoleChanged "
            + Text.role role
            + Text.unless (leader = 0UL) (" leader " + Text.number leader)
        | Event.LeaderHeard leader -> "LeaderHeard " + Text.number leader
        | Event.EntriesAppended items -> "EntriesAppended " + entries items
        | Event.CommitAdvanced index -> "CommitAdvanced " + Text.number index
        | Event.ConfigurationCommitted(index, c) ->
            "ConfigurationCommitted " + Text.number index + " " + configuration c
        | Event.EntriesReleased last -> "EntriesReleased to " + Text.number last
        | Event.AppliedAdvanced index -> "AppliedAdvanced " + Text.number index
        | Event.LogTrimmed through -> "LogTrimmed through " + Text.number through
        | Event.LogReset m -> "LogReset to " + mark m
        | Event.WriteIssued(sequence, first, hard, mustSync) ->
            Text.words [
                "WriteIssued"
                Text.number sequence
                Text.unless (first = 0UL) ("from " + Text.number first)
                hardState hard
                Text.unless mustSync "unsynced"
            ]
        | Event.WriteCompleted sequence -> "WriteCompleted " + Text.number sequence
        | Event.AppendSent(node, last, bytes) ->
            Text.words [
                "AppendSent to"
                Text.number node
                "last"
                Text.number last
                bytes.ToString()
                "bytes"
            ]
        | Event.FollowerMatched(node, index) ->
            "FollowerMatched " + Text.number node + " at " + Text.number index
        | Event.FollowerHeard node -> "FollowerHeard " + Text.number node
        | Event.HeartbeatAnswered(node, round) ->
            "HeartbeatAnswered by "
            + Text.number node
            + Text.unless (round = 0UL) (" round " + Text.number round)
        | Event.ProbeStarted(node, next, paused) ->
            "ProbeStarted "
            + Text.number node
            + " next "
            + Text.number next
            + Text.yes paused " paused"
        | Event.SnapshotStarted node -> "SnapshotStarted " + Text.number node
        | Event.QuorumChecked -> "QuorumChecked"
        | Event.TransferChanged target ->
            if target = 0UL then
                "TransferChanged off"
            else
                "TransferChanged to " + Text.number target
        | Event.ReadQueued(node, context) -> "ReadQueued " + read node context
        | Event.ReadRoundStarted(token, index) ->
            "ReadRoundStarted " + Text.number token + " at " + Text.number index
        | Event.ReadRoundFinished token -> "ReadRoundFinished " + Text.number token

    static member internal Effect(effect: Effect) : string =
        match effect with
        | Effect.Persist b -> batch b
        | Effect.Send m -> "Send " + message m
        | Effect.Apply items -> "Apply " + entries items
        | Effect.ReleaseRead(context, index) ->
            "ReleaseRead " + Text.number context + " at " + Text.number index
        | Effect.RefuseRead(context, reason) ->
            "RefuseRead " + Text.number context + " " + Text.refusal reason
        | Effect.RefuseProposals(items, reason) ->
            "RefuseProposals " + Text.payloads items + " " + Text.refusal reason
        | Effect.RefuseConfiguration(c, reason) ->
            "RefuseConfiguration " + change c + " " + Text.refusal reason
        | Effect.SendSnapshot(peer, term) ->
            "SendSnapshot to " + Text.number peer + " term " + Text.number term
        | Effect.RestoreSnapshot m -> "RestoreSnapshot " + mark m
        | Effect.LeadershipChanged(role, term, leader) ->
            Text.words [
                "LeadershipChanged"
                Text.role role
                "term"
                Text.number term
                "leader"
                Text.number leader
            ]
        | Effect.ConfigurationChanged c -> "ConfigurationChanged " + configuration c

    /// Everything a member knows, several lines, for comparing states.
    static member internal Node(state: NodeState) : string = node state Int32.MaxValue

    /// Everything a member knows, several lines, for comparing states.
    static member State(state: RaftState) : string = node state.Node Int32.MaxValue

    /// The same with no more than the last few entries of its log, for people.
    static member Brief(state: RaftState) : string = node state.Node 3

    /// What a step asked for, in order.
    static member Effects(output: StepOutput) : string[] =
        output.Effects.ToArray() |> Array.map Describe.Effect
