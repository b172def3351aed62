// What a step means to somebody who asks what happened and why. Reasons are not in the events: they
// are found by looking at the state before the step and the input once more, with the reducer's own
// rules. So the story costs a running node nothing.
namespace Kv.Core.Raft

open System
open Kv.Core

/// What a line of a story is about.
type StoryKind =
    /// Who campaigns, wins and gives up.
    | Election = 0
    /// A vote given or refused, or an answer counted.
    | Vote = 1
    /// Who leads, as this member sees it.
    | Leader = 2
    /// Leadership handed over.
    | Transfer = 3
    /// The configuration.
    | Membership = 4
    /// Entries replaced, followers that differ.
    | Log = 5
    | Snapshot = 6
    /// Proposals, reads and changes that were not taken.
    | Refusal = 7
    /// Other members that do not answer; the same line again is no news, an empty one is the end of it.
    | Silence = 8
    /// Messages that do not get through.
    | Connection = 9

/// One line. `Count` 0: told as it is; above: that many of the same, to be summed up.
[<Sealed; AllowNullLiteral>]
type StoryLine(kind: StoryKind, text: string, count: int) =
    member _.Kind = kind
    member _.Text = text
    member _.Count = count

/// A step being told.
[<Sealed>]
type private Telling(self: NodeId, input: Input, output: StepOutput, name: NodeId -> string) =
    let lines = ResizeArray<StoryLine>()

    let place (index: LogIndex) (term: Term) =
        index.ToString() + " of term " + term.ToString()

    let logEnd (state: NodeState) =
        place state.Log.LastIndex state.Log.LastTerm

    let names (nodes: NodeId[]) =
        if nodes.Length = 0 then
            "nobody"
        else
            String.Join(", ", Array.map name nodes)

    let say (kind: StoryKind) (text: string) = lines.Add(StoryLine(kind, text, 0))

    let sum (kind: StoryKind) (text: string) (count: int) = lines.Add(StoryLine(kind, text, count))

    let word (body: MessageBody) =
        match body with
        | MessageBody.PreVoteRequest _ -> "asks for pre-votes"
        | MessageBody.VoteRequest _ -> "asks for votes"
        | MessageBody.PreVoteResponse _
        | MessageBody.VoteResponse _ -> "answers a vote request"
        | MessageBody.Append _
        | MessageBody.Heartbeat _
        | MessageBody.InstallSnapshot _ -> "leads"
        | MessageBody.AppendAccepted _
        | MessageBody.AppendRejected _
        | MessageBody.HeartbeatResponse _
        | MessageBody.CommitKnown _
        | MessageBody.TimeoutNow
        | MessageBody.Propose _
        | MessageBody.ReadIndexRequest _
        | MessageBody.ReadIndexResponse _
        | MessageBody.TransferRequest _ -> "answers"

    /// Why somebody campaigns.
    let cause (state: NodeState) =
        match input with
        | Input.CampaignRequested -> "nobody else could lead"
        | Input.Tick ->
            let ticks = state.Timers.Election.ToString()

            if state.Leader = 0UL then
                "no leader for " + ticks + " heartbeat intervals"
            else
                name state.Leader + " was not heard for " + ticks + " heartbeat intervals"
        | Input.Received message -> name message.From + " " + word message.Body
        | Input.Proposed _
        | Input.ConfigurationProposed _
        | Input.ReadRequested _
        | Input.Persisted _
        | Input.Applied _
        | Input.TransferRequested _
        | Input.SnapshotSent _
        | Input.PeerUnreachable _ -> "of an input of the host"

    let isTimeoutNow =
        match input with
        | Input.Received message -> message.Body.IsTimeoutNow
        | _ -> false

    let ballot (state: NodeState) =
        match state.Ballot with
        | ValueSome ballot -> ballot
        | ValueNone -> { Granted = [||]; Rejected = [||] }

    let candidacy (state: NodeState) =
        if state.Role = Role.PreCandidate then
            say
                StoryKind.Election
                ("would win by the pre-votes of "
                 + names (ballot state).Granted
                 + ": asks for votes in term "
                 + state.Term.ToString())
        else
            say
                StoryKind.Election
                ("asks for votes in term "
                 + state.Term.ToString()
                 + (if isTimeoutNow then " at once, as " else ", since ")
                 + (if isTimeoutNow then
                        name state.Leader + " hands leadership over"
                    else
                        cause state)
                 + "; its log ends at "
                 + logEnd state)

    let steppedDown (before: NodeState) (state: NodeState) =
        match input with
        | Input.Tick ->
            let peers =
                match before.Leadership with
                | ValueSome leadership -> leadership.Peers
                | ValueNone -> [||]

            let idsWhere active =
                peers
                |> Array.filter (fun peer -> peer.IsActive = active)
                |> Array.map (fun peer -> peer.Node)

            "no quorum answered within an election timeout (heard: "
            + names (idsWhere true)
            + "; silent: "
            + names (idsWhere false)
            + ")"
        | Input.Received message when message.Term > before.Term ->
            name message.From
            + " "
            + word message.Body
            + " in term "
            + message.Term.ToString()
        | _ when not (NodeState.isPromotable state) -> "it is no voter any more"
        | _ -> "of " + cause state

    let gaveUp (before: NodeState) (state: NodeState) (leader: NodeId) =
        let isPre = before.Role = Role.PreCandidate

        let what =
            if isPre then
                "gives up its pre-vote"
            else
                "gives up its candidacy"

        match input with
        | Input.Received message when message.Term > before.Term && leader = 0UL ->
            what
            + ": "
            + name message.From
            + " "
            + word message.Body
            + " in term "
            + message.Term.ToString()
        | _ when leader <> 0UL -> what + ": " + name leader + " leads term " + state.Term.ToString()
        | _ when (ballot state).Rejected.Length > 0 ->
            (if isPre then
                 "would not win term " + (state.Term + 1UL).ToString()
             else
                 "lost the election of term " + state.Term.ToString())
            + ": refused by "
            + names (ballot state).Rejected
        | _ -> what

    let followed (before: NodeState) (state: NodeState) (leader: NodeId) =
        let term = state.Term.ToString()

        if leader <> 0UL then
            say StoryKind.Leader ("follows " + name leader + ", which leads term " + term)
        else
            match input with
            | Input.Received message when message.Term > before.Term ->
                say
                    StoryKind.Leader
                    ("enters term "
                     + term
                     + " without a leader yet: "
                     + name message.From
                     + " "
                     + word message.Body
                     + " in it")
            | _ ->
                say
                    StoryKind.Leader
                    ("has no leader any more, and may not campaign: " + cause state)

    /// `before`: at the start of the step; `state`: just before this event.
    let roleChanged (before: NodeState) (state: NodeState) (role: Role) (leader: NodeId) =
        match role with
        | Role.PreCandidate ->
            say
                StoryKind.Election
                ("asks for pre-votes of term "
                 + (state.Term + 1UL).ToString()
                 + ", since "
                 + cause state
                 + "; its log ends at "
                 + logEnd state)
        | Role.Candidate ->
            // The term is the next one by now, and who led the last is forgotten.
            candidacy { state with Leader = before.Leader }
        | Role.Leader ->
            let ballot = ballot state

            say
                StoryKind.Leader
                ("leads term "
                 + state.Term.ToString()
                 + " with the votes of "
                 + names ballot.Granted
                 + (if ballot.Rejected.Length > 0 then
                        " (refused by " + names ballot.Rejected + ")"
                    else
                        "")
                 + "; its log ends at "
                 + logEnd state)
        | _ ->
            match before.Role with
            | Role.Leader ->
                say
                    StoryKind.Leader
                    ("steps down from term "
                     + before.Term.ToString()
                     + ": "
                     + steppedDown before state)

                if leader <> 0UL then
                    followed before state leader
            | Role.Candidate
            | Role.PreCandidate -> say StoryKind.Election (gaveUp before state leader)
            | _ -> followed before state leader

    let appended (state: NodeState) (entries: Entry[]) =
        let first = entries[0].Index

        if first <= state.Log.LastIndex then
            say
                StoryKind.Log
                ("drops its entries from "
                 + first.ToString()
                 + " to "
                 + logEnd state
                 + ", which were not committed, for those of the leader from "
                 + place first entries[0].Term
                 + " on")

    let configuration (value: Configuration) =
        "voters "
        + names value.Voters
        + (if value.IsJoint then
               "; until it is left also " + names value.Outgoing
           else
               "")
        + (if value.Learners.Length > 0 then
               "; learners " + names value.Learners
           else
               "")

    let vote (message: Message) (state: NodeState) =
        match message.Body with
        | MessageBody.VoteRequest(index, term, _) ->
            say
                StoryKind.Vote
                ("votes for "
                 + name message.From
                 + " in term "
                 + state.Term.ToString()
                 + ": its log ends at "
                 + place index term
                 + ", ours at "
                 + logEnd state)
        | _ -> ()

    let probed (node: NodeId) (next: LogIndex) =
        match input with
        | Input.Received message ->
            match message.Body with
            | MessageBody.AppendRejected(rejected, _, _) ->
                say
                    StoryKind.Log
                    (name node
                     + " does not have entry "
                     + rejected.ToString()
                     + " of this log: tries from "
                     + next.ToString()
                     + " on")
            | _ -> ()
        | Input.PeerUnreachable _ ->
            say
                StoryKind.Connection
                ("stops streaming to " + name node + ", asks it again from " + next.ToString())
        | _ -> ()

    let checkedQuorum (state: NodeState) =
        match state.Leadership with
        | ValueSome leadership ->
            let silent =
                leadership.Peers
                |> Array.filter (fun peer -> not peer.IsActive)
                |> Array.map (fun peer -> peer.Node)

            say
                StoryKind.Silence
                (if silent.Length = 0 then
                     ""
                 else
                     "no sign of life for an election timeout: " + names silent)
        | ValueNone -> ()

    member _.Event(before: NodeState, state: NodeState, event: Event) =
        match event with
        | Event.RoleChanged(role, leader) -> roleChanged before state role leader
        | Event.LeaderHeard leader when leader <> state.Leader -> followed before state leader
        | Event.VoteGranted candidate when candidate <> self ->
            match input with
            | Input.Received message -> vote message state
            | _ -> ()
        | Event.VoteCounted(voter, granted) when voter <> self ->
            say
                StoryKind.Vote
                ((if state.Role = Role.PreCandidate then
                      "pre-vote of "
                  else
                      "vote of ")
                 + name voter
                 + (if granted then ": yes" else ": no"))
        | Event.EntriesAppended entries -> appended state entries
        | Event.ConfigurationCommitted(index, value) ->
            say
                StoryKind.Membership
                ("the members are, as of entry " + index.ToString() + ": " + configuration value)
        | Event.LogReset mark ->
            say
                StoryKind.Snapshot
                ("takes the leader's snapshot up to "
                 + place mark.Index mark.Term
                 + " instead of its log, which ended at "
                 + logEnd state)
        | Event.SnapshotStarted node ->
            say
                StoryKind.Snapshot
                ("sends "
                 + name node
                 + " a snapshot: its entries up to "
                 + state.Log.BaseIndex.ToString()
                 + " are in memory no more")
        | Event.ProbeStarted(node, next, _) -> probed node next
        | Event.QuorumChecked -> checkedQuorum state
        | Event.TransferChanged target ->
            say
                StoryKind.Transfer
                (if target = 0UL then
                     "gives up handing leadership over"
                 else
                     "hands leadership to " + name target)
        | Event.LeaderHeard _
        | Event.VoteGranted _
        | Event.VoteCounted _
        | Event.Ticked
        | Event.IntervalStarted
        | Event.TermAdvanced _
        | Event.CommitAdvanced _
        | Event.EntriesReleased _
        | Event.AppliedAdvanced _
        | Event.LogTrimmed _
        | Event.WriteIssued _
        | Event.WriteCompleted _
        | Event.AppendSent _
        | Event.FollowerMatched _
        | Event.FollowerHeard _
        | Event.HeartbeatAnswered _
        | Event.ReadQueued _
        | Event.ReadRoundStarted _
        | Event.ReadRoundFinished _ -> ()

    /// Why a vote or a pre-vote was not given. `after` is the state behind the step: the term is that
    /// of the question by then, unless it was not looked at.
    member private _.Unwilling(before: NodeState, after: NodeState, message: Message, index, term) =
        if message.Term < before.Term then
            "it asks for term "
            + message.Term.ToString()
            + ", and this is term "
            + before.Term.ToString()
        elif not (Election.isUpToDate after.Log index term) then
            "its log ends at "
            + place index term
            + ", behind ours, which ends at "
            + logEnd after
        elif after.Vote <> 0UL && after.Vote <> message.From then
            "the vote in term " + after.Term.ToString() + " is given to " + name after.Vote
        elif after.Leader <> 0UL then
            name after.Leader + " leads term " + after.Term.ToString()
        else
            "of no reason known to this release"

    /// A question for a vote that was not answered by one.
    member this.Asked(before: NodeState, after: NodeState, message: Message) =
        let isTransfer =
            match message.Body with
            | MessageBody.VoteRequest(_, _, transfer) -> transfer
            | _ -> false

        let answer (index: LogIndex) (term: Term) (what: string) (granted: Message -> bool) =
            let isGiven =
                output.Effects.Exists(fun effect ->
                    match effect with
                    | Effect.Send sent -> sent.To = message.From && granted sent
                    | Effect.Persist batch -> Array.exists granted batch.Messages
                    | _ -> false)

            let asked =
                what + " to " + name message.From + " in term " + message.Term.ToString()

            if message.Term > before.Term && not isTransfer && Election.isLeaseHeld before then
                say
                    StoryKind.Vote
                    ("does not answer the question of "
                     + name message.From
                     + " for a "
                     + what
                     + " in term "
                     + message.Term.ToString()
                     + ": "
                     + name before.Leader
                     + " leads, and was heard "
                     + before.Timers.Election.ToString()
                     + " heartbeat intervals ago")
            elif not isGiven then
                say
                    StoryKind.Vote
                    ("refuses its "
                     + asked
                     + ": "
                     + this.Unwilling(before, after, message, index, term))
            elif what = "pre-vote" then
                say StoryKind.Vote ("gives its " + asked)

        match message.Body with
        | MessageBody.PreVoteRequest(index, term) ->
            answer index term "pre-vote" (fun sent ->
                match sent.Body with
                | MessageBody.PreVoteResponse granted -> granted
                | _ -> false)
        | MessageBody.VoteRequest(index, term, _) ->
            answer index term "vote" (fun sent ->
                match sent.Body with
                | MessageBody.VoteResponse granted -> granted
                | _ -> false)
        | _ -> ()

    /// What an effect tells that no event does.
    member _.Effect(effect: Effect) =
        match effect with
        | Effect.Send message when message.Body.IsTimeoutNow ->
            say
                StoryKind.Transfer
                ("tells " + name message.To + ", which has the whole log, to campaign at once")
        | Effect.RefuseProposals(payloads, reason) ->
            sum StoryKind.Refusal ("proposals not taken: " + Telling.Reason reason) payloads.Length
        | Effect.RefuseRead(_, reason) ->
            sum StoryKind.Refusal ("reads not taken: " + Telling.Reason reason) 1
        | Effect.RefuseConfiguration(_, reason) ->
            say StoryKind.Membership ("refuses a change of the members: " + Telling.Reason reason)
        | Effect.Send _
        | Effect.Persist _
        | Effect.Apply _
        | Effect.ReleaseRead _
        | Effect.SendSnapshot _
        | Effect.RestoreSnapshot _
        | Effect.LeadershipChanged _
        | Effect.ConfigurationChanged _ -> ()

    member _.Input(before: NodeState) =
        match input with
        | Input.ConfigurationProposed change when NodeState.isLeader before ->
            let step (step: ConfigurationStep) =
                match step.Operation with
                | ConfigurationOperation.AddVoter -> "voter " + name step.Node
                | ConfigurationOperation.AddLearner -> "learner " + name step.Node
                | ConfigurationOperation.Remove -> "without " + name step.Node
                | _ -> "new addresses of " + name step.Node

            say
                StoryKind.Membership
                ("is asked for a change of the members: "
                 + String.Join(", ", Array.map step change.Steps))
        | Input.SnapshotSent(peer, index, succeeded) ->
            say
                StoryKind.Snapshot
                ("the snapshot at "
                 + index.ToString()
                 + (if succeeded then " reached " else " did not reach ")
                 + name peer)
        | Input.PeerUnreachable peer ->
            sum StoryKind.Connection ("messages to " + name peer + " are dropped") 1
        | Input.ConfigurationProposed _
        | Input.Tick
        | Input.Received _
        | Input.Proposed _
        | Input.ReadRequested _
        | Input.Persisted _
        | Input.Applied _
        | Input.TransferRequested _
        | Input.CampaignRequested -> ()

    member _.Lines = lines.ToArray()

    static member Reason(reason: Refusal) : string =
        match reason with
        | Refusal.NoLeader -> "no leader is known"
        | Refusal.Transferring -> "leadership is being handed over"
        | Refusal.Overloaded -> "too much is not committed yet"
        | Refusal.ChangePending -> "another change is under way"
        | Refusal.InvalidChange -> "it is not possible"
        | Refusal.Removed -> "this member is not part of the cluster"
        | other -> "refusal " + (int other).ToString()

/// Tells steps.
[<AbstractClass; Sealed>]
type Story private () =
    /// What is worth telling of a step.
    static member Tell
        (
            before: RaftState,
            input: Input,
            after: RaftState,
            output: StepOutput,
            name: Func<NodeId, string>
        ) : StoryLine[] =
        ArgumentNullException.ThrowIfNull before
        ArgumentNullException.ThrowIfNull after
        ArgumentNullException.ThrowIfNull output
        let start = before.Node
        let self = start.Options.Id
        let telling = Telling(self, input, output, name.Invoke)
        telling.Input start
        let mutable state = start

        for event in output.Events do
            telling.Event(start, state, event)
            state <- Evolve.next state event

        match input with
        | Input.Received message when message.To = self && message.From <> self ->
            telling.Asked(start, after.Node, message)
        | _ -> ()

        for effect in output.Effects do
            telling.Effect effect

        telling.Lines
