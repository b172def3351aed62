// The term gate and the dispatch of peer messages: which message may be looked at in which term, and
// which part of the reducer looks at it.
namespace Kv.Core.Raft

open Kv.Core

/// The way of a message into the reducer.
[<RequireQualifiedAccess>]
module internal Inbox =
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
            ofLeader turn message (fun () -> Following.installSnapshot turn message mark)
        | MessageBody.CommitKnown(index, term) -> Election.commitKnown turn index term
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
        | MessageBody.CommitKnown _
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
        | MessageBody.CommitKnown _
        | MessageBody.TimeoutNow
        | MessageBody.Propose _
        | MessageBody.ReadIndexRequest _
        | MessageBody.ReadIndexResponse _
        | MessageBody.TransferRequest _ -> ()

    /// Requests that are passed on to a leader are not bound to a term, nor is what is committed.
    let private knowsNoTerm (body: MessageBody) =
        match body with
        | MessageBody.CommitKnown _
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

        if
            message.To <> self
            || message.From = self
            || message.From = 0UL
            || message.Term > Limits.countMax
        then
            ()
        elif knowsNoTerm message.Body || message.Term = state.Term then
            dispatch turn message
        elif message.Term > state.Term then
            ofHigherTerm turn message
        else
            ofLowerTerm turn message
