// The follower's side of the log: appends, heartbeats and snapshots of the present leader. Whatever
// promises that something is durable waits for the write; everything else leaves at once.
namespace Kv.Core.Raft

open System
open Kv.Core

/// Decisions of a follower about its log.
[<RequireQualifiedAccess>]
module internal Following =
    /// A member that never had a configuration cannot make sense of a log from its beginning:
    /// the first configuration is not in it. It says so by refusing index 0, which nobody else does.
    let private needsSnapshot (state: NodeState) =
        state.Log.LastIndex = 0UL && (NodeState.configuration state).Voters.Length = 0

    /// Do these entries follow on, in terms that can be?
    let private isWellFormed (term: Term) (previous: LogIndex) previousTerm (entries: Entry[]) =
        let mutable index = previous
        let mutable lastTerm = previousTerm
        let mutable holds = true

        for entry in entries do
            index <- index + 1UL

            holds <- holds && entry.Index = index && entry.Term >= lastTerm && entry.Term <= term

            lastTerm <- entry.Term

        holds

    /// How many of the entries the log has already.
    let private countKnown (log: LogWindow) (entries: Entry[]) =
        let mutable known = 0

        while known < entries.Length && log.Holds(entries[known].Index, entries[known].Term) do
            known <- known + 1

        known

    let private reject (turn: Turn) (leader: NodeId) (previous: LogIndex) (previousTerm: Term) =
        let log = turn.State.Log
        let hint = log.LastNotAbove(previous, previousTerm)

        let hintTerm =
            match log.TermAt hint with
            | ValueSome term -> term
            | ValueNone -> 0UL

        turn.Send(leader, MessageBody.AppendRejected(previous, hint, hintTerm))

    let private accept (turn: Turn) (leader: NodeId) previous (entries: Entry[]) commit =
        let known = countKnown turn.State.Log entries

        if known < entries.Length then
            turn.Append(if known = 0 then entries else Array.skip known entries)

        let last = previous + uint64 entries.Length
#if SIMULATION
        if Mutants.Has Mutant.CommitWhole && commit > turn.State.Commit then
            Configuring.commit turn turn.State.Log.LastIndex

        if Mutants.Has Mutant.AcceptBeforeDurable then
            turn.Send(leader, MessageBody.AppendAccepted last)
#endif
        Configuring.commit turn (min commit last)
        turn.Defer(leader, MessageBody.AppendAccepted last)

    /// An append of the leader. One behind the commit index is old: what the follower has up to
    /// there is the leader's log by now.
    let append (turn: Turn) (message: Message) previous previousTerm (entries: Entry[]) commit =
        let state = turn.State
        let leader = message.From

        if not (isWellFormed message.Term previous previousTerm entries) then
            ()
        elif needsSnapshot state then
            turn.Send(leader, MessageBody.AppendRejected(0UL, 0UL, 0UL))
        elif previous < state.Commit then
            turn.Defer(leader, MessageBody.AppendAccepted state.Commit)
#if SIMULATION
        elif Mutants.Has Mutant.AcceptAnywhere && previous <= state.Log.LastIndex then
            accept turn leader previous entries commit
#endif
        elif state.Log.Holds(previous, previousTerm) then
            accept turn leader previous entries commit
        else
            reject turn leader previous previousTerm

    /// A heartbeat of the leader; it never tells of a commit beyond what it knows to be here.
    let heartbeat (turn: Turn) (leader: NodeId) (commit: LogIndex) (context: uint64) =
        if commit <= turn.State.Log.LastIndex then
            Configuring.commit turn commit

        turn.Send(leader, MessageBody.HeartbeatResponse context)

    /// A snapshot whose state the host has made durable. It replaces the log unless the log already
    /// has what it stands for.
    let installSnapshot (turn: Turn) (message: Message) (mark: SnapshotMark) =
        let state = turn.State

        if
            mark.Index <= Limits.countMax
            && mark.Term <= message.Term
            && not (isNull mark.Configuration)
            && Membership.isWellFormed mark.Configuration
        then
            if mark.Index > state.Commit then
                if state.Log.Holds(mark.Index, mark.Term) then
                    Configuring.commit turn mark.Index
                else
                    turn.Reset mark

            turn.Defer(message.From, MessageBody.AppendAccepted turn.State.Commit)
