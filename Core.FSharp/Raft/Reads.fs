// Linearizable reads (ReadIndex, thesis §6.4): the leader learns from a quorum that it still leads,
// then a read may be served at the commit index of that moment. Other members ask the leader.
namespace Kv.Core.Raft

open Kv.Core

/// Decisions about reads.
[<RequireQualifiedAccess>]
module internal Reads =
    let private refuse (turn: Turn) (reason: Refusal) (read: PendingRead) =
        if read.Node = 0UL then
            turn.Emit(Effect.RefuseRead(read.Context, reason))
        else
            turn.Send(read.Node, MessageBody.ReadIndexResponse(read.Context, 0UL))

    let private releaseAt (turn: Turn) (index: LogIndex) (read: PendingRead) =
        if read.Node = 0UL then
            turn.Emit(Effect.ReleaseRead(read.Context, index))
        else
            turn.Send(read.Node, MessageBody.ReadIndexResponse(read.Context, index))

    /// Refuses everything that waits: the leadership it relied on is gone. The role change that
    /// follows empties the queue.
    let refuseAll (turn: Turn) (reason: Refusal) =
        let reads = turn.State.Reads

        for read in reads.Round do
            refuse turn reason read

        for read in reads.Waiting.ToArray() do
            refuse turn reason read

    /// Heartbeats to everybody; they name the read round under way.
    let heartbeat (turn: Turn) =
        let state = turn.State

        let token =
            if ReadQueue.isIdle state.Reads then
                0UL
            else
                state.Reads.Token

        match state.Leadership with
        | ValueNone -> ()
        | ValueSome leadership ->
            for peer in leadership.Peers do
                let commit = min peer.Match (NodeState.tellable state)
                turn.Send(peer.Node, MessageBody.Heartbeat(commit, token))

    let private confirmedRound (state: NodeState) =
        Quorum.reachedByBoth (NodeState.configuration state) (fun node ->
            if node = state.Options.Id then
                state.Reads.Token
            else
                match NodeState.progress node state with
                | ValueSome progress -> progress.Round
                | ValueNone -> 0UL)

    /// Leader: begins a round if reads wait and none is under way, and closes it if the answers so
    /// far confirm it. Before the first commit of its term a leader does not know the commit index.
    let rec advance (turn: Turn) =
        let reads = turn.State.Reads

        if not (ReadQueue.isIdle reads) then
            let isConfirmed = confirmedRound turn.State >= reads.Token
#if SIMULATION
            let isConfirmed = isConfirmed || Mutants.Has Mutant.ReadWithoutQuorum
#endif

            if isConfirmed then
                turn.Record(Event.ReadRoundFinished reads.Token)

                for read in reads.Round do
                    releaseAt turn reads.Index read

                advance turn
        elif
            not reads.Waiting.IsEmpty
            && (NodeState.hasCommittedInTerm turn.State
#if SIMULATION
                || Mutants.Has Mutant.ReadBeforeFirstCommit
#endif
            )
        then
            turn.Record(Event.ReadRoundStarted(reads.Token + 1UL, turn.State.Commit))
            heartbeat turn
            advance turn

    /// Others: asks the leader for the index of a round, again if the question may be lost.
    let private ask (turn: Turn) =
        let state = turn.State
        let request = MessageBody.ReadIndexRequest state.Reads.Token
        turn.SendAt(state.Leader, 0UL, request)

    let private askNext (turn: Turn) =
        let reads = turn.State.Reads

        if ReadQueue.isIdle reads && not reads.Waiting.IsEmpty then
            turn.Record(Event.ReadRoundStarted(reads.Waiting.Oldest.Context, 0UL))
            ask turn

    /// Others, once a heartbeat interval: a lost question or answer must not block the queue.
    let askAgain (turn: Turn) =
        if not (ReadQueue.isIdle turn.State.Reads) && turn.State.Leader <> 0UL then
            ask turn

    /// A read of this member (`Node` 0) or, on the leader, of another.
    let request (turn: Turn) (read: PendingRead) =
        let state = turn.State

        if state.Reads.Waiting.Count >= Limits.readsWaitingMax then
            refuse turn Refusal.Overloaded read
        elif NodeState.isLeader state then
            turn.Record(Event.ReadQueued(read.Node, read.Context))
            advance turn
        elif state.Leader <> 0UL && read.Node = 0UL then
            turn.Record(Event.ReadQueued(read.Node, read.Context))
            askNext turn
        else
            refuse turn Refusal.NoLeader read

    /// The leader's answer; `index` 0: refused.
    let answered (turn: Turn) (context: uint64) (index: LogIndex) =
        let reads = turn.State.Reads

        if
            not (NodeState.isLeader turn.State)
            && not (ReadQueue.isIdle reads)
            && reads.Token = context
        then
            turn.Record(Event.ReadRoundFinished context)

            for read in reads.Round do
                if index = 0UL then
                    refuse turn Refusal.NoLeader read
                else
                    releaseAt turn index read

            askNext turn
