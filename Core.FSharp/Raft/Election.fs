// Elections: timeouts, pre-vote (thesis §9.6), votes, check-quorum and the lease guard (§6.4.1,
// §4.2.3), and the campaign a leader asks for when it hands over (§3.10).
namespace Kv.Core.Raft

open Kv.Core

/// Decisions about who leads.
[<RequireQualifiedAccess>]
module internal Election =
    let private granted (ballot: Ballot) node = NodeSet.contains node ballot.Granted
    let private rejected (ballot: Ballot) node = NodeSet.contains node ballot.Rejected

    /// Everybody else who votes, incoming and outgoing.
    let private otherVoters (state: NodeState) =
        let configuration = NodeState.configuration state

        NodeSet.union configuration.Voters configuration.Outgoing
        |> NodeSet.remove state.Options.Id

    /// Asks for real votes in the next term. The requests wait until the own vote (and the log they
    /// speak of) is durable: else a crash could bring this member back with a shorter log in the
    /// term before, campaigning in the same term again and winning by votes for the longer log.
    let private runForElection (turn: Turn) (isTransfer: bool) =
        turn.Record(Event.TermAdvanced(turn.State.Term + 1UL))
        turn.Record(Event.RoleChanged(Role.Candidate, 0UL))
        turn.Record(Event.VoteGranted turn.State.Options.Id)
        let log = turn.State.Log

        for voter in otherVoters turn.State do
            turn.Defer(voter, MessageBody.VoteRequest(log.LastIndex, log.LastTerm, isTransfer))

    /// Wins or gives up if the ballot is decided.
    let private decide (turn: Turn) =
        let state = turn.State

        match state.Ballot with
        | ValueNone -> ()
        | ValueSome ballot ->
            let configuration = NodeState.configuration state

            match Quorum.voteOfBoth configuration (granted ballot) (rejected ballot) with
            | VoteResult.Pending -> ()
            | VoteResult.Lost -> Roles.follow turn state.Term 0UL
            | VoteResult.Won when state.Role = Role.PreCandidate -> runForElection turn false
            | VoteResult.Won when granted ballot state.Options.Id -> Replication.lead turn
            | VoteResult.Won -> ()

    /// Voter and candidate tell each other what is committed, as far as the other's log may reach:
    /// either may run in a configuration that has been replaced, and wait in it for ever for the
    /// vote of a member that is gone.
    let private tellCommit (turn: Turn) (peer: NodeId) (lastIndex: LogIndex) =
        let index = min (NodeState.tellable turn.State) lastIndex

        match turn.State.Log.TermAt index with
        | ValueSome term when index > 0UL ->
            turn.SendAt(peer, 0UL, MessageBody.CommitKnown(index, term))
        | ValueSome _
        | ValueNone -> ()

    let private count (turn: Turn) (voter: NodeId) (isGranted: bool) =
        turn.Record(Event.VoteCounted(voter, isGranted))

        if not isGranted then
            tellCommit turn voter turn.State.Commit

        decide turn

    /// Asks whether an election could be won, without changing anybody's term.
    let private runForPreVote (turn: Turn) =
        turn.Record(Event.RoleChanged(Role.PreCandidate, 0UL))
        let log = turn.State.Log
        let term = turn.State.Term + 1UL

        for voter in otherVoters turn.State do
            turn.SendAt(voter, term, MessageBody.PreVoteRequest(log.LastIndex, log.LastTerm))

        count turn turn.State.Options.Id true

    /// Begins an election if this member may lead.
    let campaign (turn: Turn) =
        let state = turn.State

        if not (NodeState.isLeader state) && NodeState.isPromotable state then
            Reads.refuseAll turn Refusal.NoLeader

            if state.Options.PreVote then
                runForPreVote turn
            else
                runForElection turn false

    /// The leader handed over: no pre-vote, and the lease guard of the others does not apply.
    let timeoutNow (turn: Turn) =
        if turn.State.Role = Role.Follower && NodeState.isPromotable turn.State then
            Reads.refuseAll turn Refusal.NoLeader
            runForElection turn true

    /// Something became durable; perhaps this candidate's vote for itself.
    let countOwnVote (turn: Turn) =
        let state = turn.State

        match state.Ballot with
        | ValueSome ballot when
            state.Role = Role.Candidate
            && state.Durability.Completed >= state.Durability.HardIssued
            && not (granted ballot state.Options.Id)
            ->
            count turn state.Options.Id true
        | ValueSome _
        | ValueNone -> ()

    let preVoteAnswered (turn: Turn) (message: Message) (isGranted: bool) =
        let isForThis = not isGranted || message.Term = turn.State.Term + 1UL

        if turn.State.Role = Role.PreCandidate && isForThis then
            count turn message.From isGranted

    let voteAnswered (turn: Turn) (message: Message) (isGranted: bool) =
        if turn.State.Role = Role.Candidate then
            count turn message.From isGranted

    /// A leader was heard from within the election timeout: it must not be disrupted.
    let isLeaseHeld (state: NodeState) =
        state.Options.CheckQuorum
        && state.Leader <> 0UL
        && state.Timers.Election < state.Options.ElectionTicks

    /// Is the candidate's log at least as up to date as this member's (§5.4.1)?
    let isUpToDate (log: LogWindow) (lastIndex: LogIndex) (lastTerm: Term) =
        lastTerm > log.LastTerm
        || (lastTerm = log.LastTerm && lastIndex >= log.LastIndex)
#if SIMULATION
        || Mutants.Has Mutant.VoteForShorterLog
#endif

    /// May this member still vote for that candidate in the present term?
    let private isFree (state: NodeState) (candidate: NodeId) =
        state.Vote = candidate
        || (state.Vote = 0UL && state.Leader = 0UL)
#if SIMULATION
        || Mutants.Has Mutant.VoteTwice
#endif

    /// A commit learned from the other side of an election. If it puts a configuration in force,
    /// the vote may now stand differently, or this member may not be a candidate any more.
    let commitKnown (turn: Turn) (index: LogIndex) (term: Term) =
        let state = turn.State

        if not (NodeState.isLeader state) && state.Log.Holds(index, term) then
            Configuring.commit turn index

            if turn.State.Ballot.IsSome then
                if NodeState.isPromotable turn.State then
                    decide turn
                else
                    Roles.follow turn state.Term 0UL

    /// A request for a real vote in the present term. Everybody answers, learners and strangers
    /// too: they may just not know yet that they are voters.
    let answerVote (turn: Turn) (message: Message) (lastIndex: LogIndex) (lastTerm: Term) =
        let state = turn.State
        let isUpToDate = isUpToDate state.Log lastIndex lastTerm

        if isUpToDate && isFree state message.From then
            turn.Record(Event.VoteGranted message.From)
#if SIMULATION
            if Mutants.Has Mutant.VoteBeforeDurable then
                turn.Send(message.From, MessageBody.VoteResponse true)
#endif
            turn.Defer(message.From, MessageBody.VoteResponse true)
        else
            turn.Send(message.From, MessageBody.VoteResponse false)

        tellCommit turn message.From lastIndex

    /// A request for a pre-vote, for a term that is not below the present one. A promise of nothing,
    /// so it changes nothing and need not be durable. Granted in the term asked for.
    let answerPreVote (turn: Turn) (message: Message) (lastIndex: LogIndex) (lastTerm: Term) =
        let state = turn.State
        let isUpToDate = isUpToDate state.Log lastIndex lastTerm
        let isFree = message.Term > state.Term || isFree state message.From

        if isUpToDate && isFree then
            turn.SendAt(message.From, message.Term, MessageBody.PreVoteResponse true)
        else
            turn.Send(message.From, MessageBody.PreVoteResponse false)

        tellCommit turn message.From lastIndex

    /// Did a quorum show life since the last check?
    let private hearsQuorum (state: NodeState) =
        let isActive node =
            node = state.Options.Id
            || (match NodeState.progress node state with
                | ValueSome progress -> progress.IsActive
                | ValueNone -> false)

        let isSilent node = not (isActive node)

        match Quorum.voteOfBoth (NodeState.configuration state) isActive isSilent with
        | VoteResult.Won -> true
        | VoteResult.Lost
        | VoteResult.Pending -> false

    /// Once an election timeout: a leader that hears no quorum makes room, and handing over that
    /// took this long is given up.
    let private checkLeadership (turn: Turn) (leadership: Leadership) =
        if turn.State.Options.CheckQuorum && not (hearsQuorum turn.State) then
            Roles.follow turn turn.State.Term 0UL
        else
            turn.Record Event.QuorumChecked

            if leadership.TransferTarget <> 0UL then
                turn.Record(Event.TransferChanged 0UL)

    let private isIntervalOver (state: NodeState) =
        state.Timers.Heartbeat >= state.Options.HeartbeatTicks

    let private tickLeader (turn: Turn) (leadership: Leadership) =
        if turn.State.Timers.Election >= turn.State.Options.ElectionTicks then
            checkLeadership turn leadership

        if NodeState.isLeader turn.State && isIntervalOver turn.State then
            Replication.heartbeat turn

    let private tickOther (turn: Turn) =
        let state = turn.State

        if isIntervalOver state then
            turn.Record Event.IntervalStarted
            Reads.askAgain turn

        if state.Timers.Election >= state.Timers.Timeout then
            if NodeState.isPromotable state then
                campaign turn
            elif state.Leader <> 0UL then
                // Not for this member to replace the leader, but nobody should wait for it either.
                Roles.follow turn state.Term 0UL

    /// A heartbeat interval passed.
    let tick (turn: Turn) =
        turn.Record Event.Ticked

        match turn.State.Leadership with
        | ValueSome leadership -> tickLeader turn leadership
        | ValueNone -> tickOther turn
