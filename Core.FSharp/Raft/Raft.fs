// The Raft reducer: the term gate, the dispatch, and the one public `Step`. Everything is decided in
// the files above; here is only who gets to decide.
namespace Kv.Core.Raft

open System
open Kv.Core

/// The state of one member: opaque, immutable.
[<Sealed; AllowNullLiteral>]
type RaftState internal (node: NodeState) =
    member internal _.Node = node

    /// A look at this state.
    member _.Status: RaftStatus =
        let configuration = NodeState.configuration node

        let followers =
            match node.Leadership with
            | ValueNone -> [||]
            | ValueSome leadership ->
                leadership.Peers
                |> Array.map (fun peer -> {
                    Node = peer.Node
                    Match = peer.Match
                    Next = peer.Next
                    IsLearner = Membership.isLearner peer.Node configuration
                    IsRecentlyActive = peer.IsActive
                    IsInSnapshot = (peer.Mode = ProgressMode.Snapshot)
                })

        RaftStatus(
            node.Role,
            node.Term,
            node.Leader,
            node.Commit,
            node.Applied,
            node.Log.FirstIndex,
            node.Log.LastIndex,
            configuration,
            followers
        )

/// Messages: which may be looked at in which term, and who looks at them.
[<RequireQualifiedAccess>]
module private Inbox =
    /// What a leader does with an answer of a member it knows.
    let private ofFollower (turn: Turn) (message: Message) decide =
        match NodeState.progress message.From turn.State with
        | ValueSome progress -> decide progress
        | ValueNone -> ()

    /// A message only the leader of the present term can have sent: a candidate gives way to it.
    /// (A second leader in one term cannot be; such a message is nonsense and ignored.)
    let private ofLeader (turn: Turn) (message: Message) decide =
        let state = turn.State

        if state.Role = Role.Follower then
            if state.Leader <> message.From || state.Timers.Election > 0 then
                turn.Record(Event.LeaderHeard message.From)

            decide ()
        elif state.Role <> Role.Leader then
            Roles.follow turn state.Term message.From
            decide ()

    let private transferRequested (turn: Turn) (target: NodeId) =
        match turn.State.Leadership with
        | ValueSome leadership -> Replication.transfer turn leadership target
        | ValueNone -> ()

    /// A message of the present term, or one that knows no term.
    let private dispatch (turn: Turn) (message: Message) =
        let from = message.From

        match message.Body with
        | MessageBody.PreVoteRequest(lastIndex, lastTerm) ->
            Election.answerPreVote turn message lastIndex lastTerm
        | MessageBody.PreVoteResponse granted -> Election.preVoteAnswered turn message granted
        | MessageBody.VoteRequest(lastIndex, lastTerm, _) ->
            Election.answerVote turn message lastIndex lastTerm
        | MessageBody.VoteResponse granted -> Election.voteAnswered turn message granted
        | MessageBody.Append(previous, previousTerm, entries, commit) ->
            ofLeader turn message (fun () ->
                Following.append turn message previous previousTerm entries commit)
        | MessageBody.AppendAccepted index ->
            ofFollower turn message (fun progress -> Replication.accepted turn progress index)
        | MessageBody.AppendRejected(rejected, hintIndex, hintTerm) ->
            ofFollower turn message (fun progress ->
                Replication.rejected turn progress rejected hintIndex hintTerm)
        | MessageBody.Heartbeat(commit, context) ->
            ofLeader turn message (fun () -> Following.heartbeat turn from commit context)
        | MessageBody.HeartbeatResponse context ->
            ofFollower turn message (fun progress ->
                Replication.heartbeatAnswered turn progress context)
        | MessageBody.InstallSnapshot mark ->
            ofLeader turn message (fun () -> Following.installSnapshot turn from mark)
        | MessageBody.TimeoutNow -> Election.timeoutNow turn
        | MessageBody.Propose(kind, payloads) -> Proposing.passedOn turn message kind payloads
        | MessageBody.ReadIndexRequest context ->
            Reads.request turn { Node = from; Context = context }
        | MessageBody.ReadIndexResponse(context, index) -> Reads.answered turn context index
        | MessageBody.TransferRequest target -> transferRequested turn target

    /// A message of a higher term makes a follower, except that pre-votes change no term, and that
    /// a member whose leader is well takes part in no election that leader did not ask for.
    let private ofHigherTerm (turn: Turn) (message: Message) =
        let follow leader =
            Roles.follow turn message.Term leader
            dispatch turn message

        match message.Body with
        | MessageBody.PreVoteRequest _ ->
            if not (Election.isLeaseHeld turn.State) then
                dispatch turn message
        | MessageBody.VoteRequest(_, _, isTransfer) ->
            if isTransfer || not (Election.isLeaseHeld turn.State) then
                follow 0UL
        | MessageBody.PreVoteResponse true -> dispatch turn message
        | MessageBody.Append _
        | MessageBody.Heartbeat _
        | MessageBody.InstallSnapshot _ -> follow message.From
        | MessageBody.PreVoteResponse false
        | MessageBody.VoteResponse _
        | MessageBody.AppendAccepted _
        | MessageBody.AppendRejected _
        | MessageBody.HeartbeatResponse _
        | MessageBody.TimeoutNow
        | MessageBody.Propose _
        | MessageBody.ReadIndexRequest _
        | MessageBody.ReadIndexResponse _
        | MessageBody.TransferRequest _ -> follow 0UL

    /// A sender in a lower term that waits for an answer gets one that carries the present term, so
    /// that it catches up; without it a member whose term ran ahead could never be reached again.
    let private ofLowerTerm (turn: Turn) (message: Message) =
        match message.Body with
        | MessageBody.Append _
        | MessageBody.Heartbeat _
        | MessageBody.InstallSnapshot _ ->
            turn.Send(message.From, MessageBody.HeartbeatResponse 0UL)
        | MessageBody.PreVoteRequest _ -> turn.Send(message.From, MessageBody.PreVoteResponse false)
        | MessageBody.VoteRequest _ -> turn.Send(message.From, MessageBody.VoteResponse false)
        | MessageBody.PreVoteResponse _
        | MessageBody.VoteResponse _
        | MessageBody.AppendAccepted _
        | MessageBody.AppendRejected _
        | MessageBody.HeartbeatResponse _
        | MessageBody.TimeoutNow
        | MessageBody.Propose _
        | MessageBody.ReadIndexRequest _
        | MessageBody.ReadIndexResponse _
        | MessageBody.TransferRequest _ -> ()

    /// Requests that are passed on to a leader are not bound to a term.
    let private knowsNoTerm (body: MessageBody) =
        match body with
        | MessageBody.Propose _
        | MessageBody.ReadIndexRequest _
        | MessageBody.TransferRequest _ -> true
        | MessageBody.PreVoteRequest _
        | MessageBody.PreVoteResponse _
        | MessageBody.VoteRequest _
        | MessageBody.VoteResponse _
        | MessageBody.Append _
        | MessageBody.AppendAccepted _
        | MessageBody.AppendRejected _
        | MessageBody.Heartbeat _
        | MessageBody.HeartbeatResponse _
        | MessageBody.InstallSnapshot _
        | MessageBody.TimeoutNow
        | MessageBody.ReadIndexResponse _ -> false

    /// The term gate.
    let receive (turn: Turn) (message: Message) =
        let state = turn.State
        let self = state.Options.Id

        if message.To <> self || message.From = self || message.From = 0UL then
            ()
        elif knowsNoTerm message.Body || message.Term = state.Term then
            dispatch turn message
        elif message.Term > state.Term then
            ofHigherTerm turn message
        else
            ofLowerTerm turn message

/// What the host reports beside messages.
[<RequireQualifiedAccess>]
module private Host =
    /// A batch became durable: it may complete a quorum, or a candidate's vote for itself.
    let persisted (turn: Turn) (sequence: uint64) =
        let durability = turn.State.Durability

        if sequence > durability.Completed && sequence <= durability.Issued then
            turn.Record(Event.WriteCompleted sequence)

            if NodeState.isLeader turn.State then
                Replication.advanceCommit turn |> ignore
            else
                Election.countOwnVote turn

    /// Up to where the applied entries may leave the window. While a follower is being sent a
    /// snapshot more are kept for it.
    let private trimPoint (state: NodeState) =
        let isSending =
            match state.Leadership with
            | ValueSome leadership ->
                leadership.Peers |> Array.exists (fun p -> p.Mode = ProgressMode.Snapshot)
            | ValueNone -> false

        let factor = if isSending then Limits.snapshotTailFactor else 1
        let last = min state.Applied state.Durability.Durable
        let entriesMax = uint64 (state.Options.TailEntriesMax * factor)
        let bytesMax = int64 state.Options.TailBytesMax * int64 factor
        let byCount = if last > entriesMax then last - entriesMax else 0UL
        max byCount (state.Log.TailStart(last, bytesMax))

    /// The store has applied entries; the oldest of them may leave memory.
    let applied (turn: Turn) (index: LogIndex) =
        let index = min index turn.State.Released

        if index > turn.State.Applied then
            turn.Record(Event.AppliedAdvanced index)
            let through = trimPoint turn.State

            if through > turn.State.Log.BaseIndex then
                turn.Record(Event.LogTrimmed through)

    let transfer (turn: Turn) (target: NodeId) =
        match turn.State.Leadership with
        | ValueSome leadership -> Replication.transfer turn leadership target
        | ValueNone ->
            if turn.State.Leader <> 0UL then
                let request = MessageBody.TransferRequest target
                turn.SendAt(turn.State.Leader, 0UL, request)

    let withFollower (turn: Turn) (peer: NodeId) decide =
        match NodeState.progress peer turn.State with
        | ValueSome progress -> decide progress
        | ValueNone -> ()

/// Rebuilds a member's state from what its disk held.
[<RequireQualifiedAccess>]
module private Restoring =
    /// Configuration entries behind `from`, in order.
    let private configurationEntries (entries: Entry[]) =
        entries |> Array.filter (fun entry -> entry.Kind = EntryKind.Configuration)

    /// The commit index that the disk proves. A configuration entry is only ever appended when the
    /// one before it is committed, so of several in the log all but the last are; the commit index
    /// itself may have been lost, as it is not synced.
    let private provenCommit (mark: SnapshotMark) (commit: LogIndex) (log: LogWindow) changes =
        let byChanges =
            if Array.length changes > 1 then
                (changes[changes.Length - 2]: Entry).Index
            else
                0UL

        max (max mark.Index byChanges) (min commit log.LastIndex)

    let private membership (mark: SnapshotMark) (commit: LogIndex) (changes: Entry[]) =
        let mutable configuration = mark.Configuration
        let announced = ResizeArray<SnapshotMark>()

        for entry in changes do
            if entry.Index <= commit then
                configuration <- Configuring.after configuration entry
                announced.Add(SnapshotMark(entry.Index, entry.Term, configuration))

        {
            Configuration = configuration
            LastEntry =
                (if changes.Length = 0 then
                     0UL
                 else
                     (Array.last changes).Index)
            Unannounced = announced.ToArray()
        }

    let restore (options: RaftOptions) (hard: HardState) (mark: SnapshotMark) entries : NodeState =
        let entries =
            entries |> Array.filter (fun (entry: Entry) -> entry.Index > mark.Index)

        let log = LogWindow.Empty(mark.Index, mark.Term).Append entries
        let changes = configurationEntries entries
        let commit = provenCommit mark hard.Commit log changes
        // Entries may outlive the torn end of a batch that held their term; no vote left then.
        let lostTerm = log.LastTerm > hard.Term

        let saved: HardState = {
            Term = max hard.Term log.LastTerm
            Vote = (if lostTerm then 0UL else hard.Vote)
            Commit = commit
        }

        let state = {
            Options = options
            Term = saved.Term
            Vote = saved.Vote
            Role = Role.Follower
            Leader = 0UL
            Log = log
            Commit = commit
            Released = mark.Index
            Applied = mark.Index
            Membership = membership mark commit changes
            Durability = {
                Issued = 0UL
                Completed = 0UL
                SyncIssued = 0UL
                HardIssued = 0UL
                Saved = (if lostTerm then hard else saved)
                Durable = log.LastIndex
                Writes = Fifo.Empty
            }
            Timers = {
                Election = 0
                Heartbeat = 0
                Timeout = 0
                Seed = options.Seed
            }
            Reads = ReadQueue.empty
            Ballot = ValueNone
            Leadership = ValueNone
        }

        NodeState.evolve state (Event.RoleChanged(Role.Follower, 0UL))

    let validate (options: RaftOptions) (mark: SnapshotMark) =
        let demand holds (name: string) (message: string) =
            if not holds then
                raise (ArgumentException(message, name))

        demand (options.Id <> 0UL) "options" "A member's id cannot be 0."
        demand (options.HeartbeatTicks > 0) "options" "HeartbeatTicks must be positive."

        demand
            (options.ElectionTicks > options.HeartbeatTicks)
            "options"
            "ElectionTicks must be greater than HeartbeatTicks."

        demand (options.InflightCountMax > 0) "options" "InflightCountMax must be positive."
        demand (options.InflightBytesMax > 0) "options" "InflightBytesMax must be positive."
        demand (options.TailEntriesMax >= 0) "options" "TailEntriesMax must not be negative."
        demand (options.TailBytesMax >= 0) "options" "TailBytesMax must not be negative."

        demand
            (not (isNull mark.Configuration) && Membership.isWellFormed mark.Configuration)
            "mark"
            "The mark's configuration is not well-formed."

/// The Raft reducer. Total: any input in any state gives a state.
[<AbstractClass; Sealed>]
type RaftMachine private () =
    static let decide (turn: Turn) (input: Input) =
        match input with
        | Input.Tick -> Election.tick turn
        | Input.Received message -> Inbox.receive turn message
        | Input.Proposed payloads -> Proposing.commands turn ProposalOrigin.Own payloads
        | Input.ConfigurationProposed change -> Proposing.change turn ProposalOrigin.Own change
        | Input.ReadRequested context -> Reads.request turn { Node = 0UL; Context = context }
        | Input.Persisted sequence -> Host.persisted turn sequence
        | Input.Applied index -> Host.applied turn index
        | Input.TransferRequested target -> Host.transfer turn target
        | Input.SnapshotSent(peer, index, succeeded) ->
            Host.withFollower turn peer (fun progress ->
                Replication.snapshotSent turn progress index succeeded)
        | Input.PeerUnreachable peer -> Host.withFollower turn peer (Replication.unreachable turn)
        | Input.CampaignRequested -> Election.campaign turn

    /// A member as it is after start: what its log held. `mark` is the newest snapshot (index 0 at
    /// bootstrap, with the initial configuration; a member that joins a cluster starts with an
    /// empty configuration and is sent a snapshot); `entries` are the durable entries behind it.
    static member Restore
        (options: RaftOptions, hardState: HardState, mark: SnapshotMark, entries: Entry[])
        : RaftState =
        ArgumentNullException.ThrowIfNull options
        ArgumentNullException.ThrowIfNull mark
        ArgumentNullException.ThrowIfNull entries
        Restoring.validate options mark
        RaftState(Restoring.restore options hardState mark entries)

    /// The next state after one input; effects are added to `output`.
    static member Step(state: RaftState, input: Input, output: StepOutput) : RaftState =
        ArgumentNullException.ThrowIfNull state
        ArgumentNullException.ThrowIfNull output
        let turn = Turn(state.Node, output)
        decide turn input
        Turn.finish turn input.IsTick

        if Object.ReferenceEquals(turn.State, state.Node) then
            state
        else
            RaftState turn.State
