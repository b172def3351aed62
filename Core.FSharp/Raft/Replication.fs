// The leader's side of the log: appending, feeding followers, counting what a quorum has made
// durable, and what follows from a commit (membership, reads, stepping down).
namespace Kv.Core.Raft

open System
open Kv.Core

/// Decisions of a leader about its log and its followers.
[<RequireQualifiedAccess>]
module internal Replication =
    /// The entries this follower needs are gone: it gets the state itself. Not asked for a follower
    /// that shows no life, whose snapshot could only get stuck.
    let private startSnapshot (turn: Turn) (progress: Progress) =
        if progress.IsActive then
            turn.Record(Event.SnapshotStarted progress.Node)
            turn.Emit(Effect.SendSnapshot(progress.Node, turn.State.Term))

    let private entriesFor (state: NodeState) (progress: Progress) =
        let options = state.Options

        if
            progress.Mode = ProgressMode.Replicate
            && Progress.isFull options.InflightCountMax (int64 options.InflightBytesMax) progress
        then
            Array.Empty()
        else
            state.Log.SliceWithin(progress.Next, int64 options.AppendBytesMax)

    /// Sends one append if the follower may be sent one; an empty one only if `allowsEmpty`.
    /// True if an append with entries went.
    let private sendOne (turn: Turn) (progress: Progress) (allowsEmpty: bool) : bool =
        let state = turn.State
        let previous = progress.Next - 1UL

        if progress.IsPaused || progress.Mode = ProgressMode.Snapshot then
            false
        else
            match state.Log.TermAt previous with
            | ValueNone ->
                startSnapshot turn progress
                false
            | ValueSome previousTerm ->
                let entries = entriesFor state progress

                if entries.Length = 0 && not allowsEmpty then
                    false
                else
                    let last = previous + uint64 entries.Length
                    let bytes = state.Log.BytesBetween(progress.Next, last)
                    turn.Record(Event.AppendSent(progress.Node, last, bytes))

                    turn.Send(
                        progress.Node,
                        MessageBody.Append(
                            previous,
                            previousTerm,
                            entries,
                            NodeState.tellable state
                        )
                    )

                    entries.Length > 0

    /// Sends what may be sent: while streaming, as many appends as the window holds.
    let rec feed (turn: Turn) (node: NodeId) (allowsEmpty: bool) =
        match NodeState.progress node turn.State with
        | ValueSome progress ->
            if sendOne turn progress allowsEmpty then
                feed turn node false
        | ValueNone -> ()

    /// The follower does not know the commit index as far as its log reaches.
    let private lacksCommit (state: NodeState) (progress: Progress) =
        progress.CommitSent < min (NodeState.tellable state) (progress.Next - 1UL)

    /// Feeds everybody: new entries, or just the new commit index to those who lack it.
    let feedAll (turn: Turn) =
        match turn.State.Leadership with
        | ValueNone -> ()
        | ValueSome leadership ->
            for peer in leadership.Peers do
                feed turn peer.Node (lacksCommit turn.State peer)

    /// Appends entries of the present term with these data.
    let append (turn: Turn) (kind: EntryKind) (payloads: ReadOnlyMemory<byte>[]) =
        let state = turn.State
        let first = state.Log.LastIndex + 1UL

        turn.Append(
            Array.init payloads.Length (fun i ->
                Entry(first + uint64 i, state.Term, kind, payloads[i]))
        )

    let appendConfiguration (turn: Turn) (change: ConfigurationChange) =
        append turn EntryKind.Configuration [| ReadOnlyMemory(ConfigurationCodec.Encode change) |]

    /// What a quorum of the configuration in force has made durable; this member counts itself
    /// only as far as its own log is durable.
    let private quorumIndex (state: NodeState) =
        Quorum.reachedByBoth (NodeState.configuration state) (fun node ->
            if node = state.Options.Id then
#if SIMULATION
                if Mutants.Has Mutant.CountUndurable then
                    state.Log.LastIndex
                else
#endif
                state.Durability.Durable
            else
                match NodeState.progress node state with
                | ValueSome progress -> progress.Match
                | ValueNone -> 0UL)

    /// A joint configuration that is in force is left without being asked.
    let leaveJoint (turn: Turn) =
        let configuration = NodeState.configuration turn.State

        if
            configuration.IsJoint
            && configuration.AutoLeave
            && not (NodeState.hasPendingConfiguration turn.State)
        then
            appendConfiguration turn Configuring.leave

    /// Handing over to somebody who may no longer lead is given up.
    let private checkTransfer (turn: Turn) =
        match turn.State.Leadership with
        | ValueSome leadership when leadership.TransferTarget <> 0UL ->
            let configuration = NodeState.configuration turn.State

            if not (Membership.isVoter leadership.TransferTarget configuration) then
                turn.Record(Event.TransferChanged 0UL)
        | ValueSome _
        | ValueNone -> ()

    /// Tells those who were followers before a configuration was committed, once that is durable: who
    /// is being removed should learn of it, and nobody else would tell.
    let private tellFollowersOf (turn: Turn) (before: NodeState) =
        match before.Leadership with
        | ValueNone -> ()
        | ValueSome leadership ->
            for peer in leadership.Peers do
                let index = min peer.Match turn.State.Commit

                match turn.State.Log.TermAt index with
                | ValueSome term when index > 0UL ->
                    turn.DeferAt(peer.Node, 0UL, MessageBody.CommitKnown(index, term))
                | ValueSome _
                | ValueNone -> ()

    /// Moves the commit index if a quorum allows it. Only entries of the present term are counted
    /// (§5.4.2); earlier ones are committed along with them. True if it moved.
    let rec advanceCommit (turn: Turn) : bool =
        let state = turn.State
        let index = min (quorumIndex state) state.Log.LastIndex

        let isCountable = index > state.Commit && state.Log[index].Term = state.Term
#if SIMULATION
        let isCountable =
            isCountable || (index > state.Commit && Mutants.Has Mutant.CommitOldTerm)
#endif

        if isCountable then
            turn.Record(Event.CommitAdvanced index)

            if Configuring.applyCommitted turn state.Commit then
                tellFollowersOf turn state
                afterConfiguration turn
            else
                feedAll turn

            if NodeState.isLeader turn.State then
                Reads.advance turn

            true
        else
            false

    and private afterConfiguration (turn: Turn) =
        if NodeState.isPromotable turn.State then
            checkTransfer turn
            leaveJoint turn

            if not (advanceCommit turn) then
                feedAll turn
        else
            Roles.follow turn turn.State.Term 0UL

    /// Takes leadership of the present term: an empty entry of the new term, so that everything
    /// before it can be committed.
    let lead (turn: Turn) =
        Reads.refuseAll turn Refusal.NoLeader
        turn.Record(Event.RoleChanged(Role.Leader, turn.State.Options.Id))
        append turn EntryKind.Normal [| ReadOnlyMemory.Empty |]
        leaveJoint turn
        feedAll turn

    /// Tells the member leadership is handed to to campaign, once it has the whole log.
    let private finishTransfer (turn: Turn) (node: NodeId) =
        match turn.State.Leadership, NodeState.progress node turn.State with
        | ValueSome leadership, ValueSome progress when
            leadership.TransferTarget = node && progress.Match = turn.State.Log.LastIndex
            ->
            turn.Send(node, MessageBody.TimeoutNow)
        | _, _ -> ()

    /// Once a heartbeat interval. Also the moment when paused followers are looked after: their
    /// answer to the heartbeat lets the leader try again.
    let heartbeat (turn: Turn) =
        turn.Record Event.IntervalStarted
        Reads.heartbeat turn

    /// The follower has everything up to `index`.
    let accepted (turn: Turn) (progress: Progress) (index: LogIndex) =
        let node = progress.Node
        let isNew = index > progress.Match
        let endsProbe = index = progress.Match && progress.Mode = ProgressMode.Probe

        if index > turn.State.Log.LastIndex then
            ()
        elif isNew || endsProbe then
            turn.Record(Event.FollowerMatched(node, index))

            advanceCommit turn |> ignore

            match NodeState.progress node turn.State with
            | ValueSome now ->
                feed turn node (lacksCommit turn.State now)
                finishTransfer turn node
            | ValueNone -> ()
        elif not progress.IsActive then
            turn.Record(Event.FollowerHeard node)

    /// Where to try next after a refusal: no further than the last entry of the leader's log that
    /// can be in a log whose last entry before the refused place is the hint.
    let private nextProbe (log: LogWindow) (rejected: LogIndex) hintIndex hintTerm : LogIndex =
        let agreed =
            if hintTerm = 0UL || hintIndex < log.BaseIndex then
                hintIndex
            else
                log.LastNotAbove(hintIndex, hintTerm)

        max 1UL (min rejected (agreed + 1UL))

    /// The follower refused the append behind `rejected`. Refusing index 0 means that it has no
    /// state at all (not even the first configuration): it needs a snapshot whatever the log holds.
    let rejected (turn: Turn) (progress: Progress) (rejected: LogIndex) hintIndex hintTerm =
        let node = progress.Node
        let isProbe = (progress.Mode = ProgressMode.Probe)

        let concerns =
            match progress.Mode with
            | ProgressMode.Probe -> rejected = progress.Next - 1UL && rejected > progress.Match
            | ProgressMode.Replicate -> rejected > progress.Match && rejected < progress.Next
            | ProgressMode.Snapshot -> false

        if not progress.IsActive then
            turn.Record(Event.FollowerHeard node)

        if rejected = 0UL then
            if isProbe && progress.Match = 0UL then
                startSnapshot turn { progress with IsActive = true }
        elif concerns then
            let next = nextProbe turn.State.Log rejected hintIndex hintTerm
            turn.Record(Event.ProbeStarted(node, next, false))
            feed turn node true

    /// The follower answered a heartbeat. If it lags or is being probed it gets an append, empty if
    /// need be, once an interval: its answer shows what was lost.
    let heartbeatAnswered (turn: Turn) (progress: Progress) (round: uint64) =
        let round = if round > turn.State.Reads.Token then 0UL else round
        turn.Record(Event.HeartbeatAnswered(progress.Node, round))

        if
            progress.MayRetry
            && (progress.Match < turn.State.Log.LastIndex || progress.Mode = ProgressMode.Probe)
        then
            feed turn progress.Node true

        if round > 0UL then
            Reads.advance turn

    /// The snapshot reached the follower or did not. Either way it is probed at its next sign of
    /// life.
    let snapshotSent (turn: Turn) (progress: Progress) (index: LogIndex) (succeeded: bool) =
        if progress.Mode = ProgressMode.Snapshot then
            let next =
                if succeeded then
                    min (index + 1UL) (turn.State.Log.LastIndex + 1UL)
                else
                    progress.Match + 1UL

            turn.Record(Event.ProbeStarted(progress.Node, next, true))

    /// Appends on their way to the follower may be lost: stop streaming.
    let unreachable (turn: Turn) (progress: Progress) =
        if progress.Mode = ProgressMode.Replicate then
            turn.Record(Event.ProbeStarted(progress.Node, progress.Match + 1UL, false))

    /// Begins to hand leadership to a voter.
    let transfer (turn: Turn) (leadership: Leadership) (target: NodeId) =
        if
            target <> turn.State.Options.Id
            && target <> leadership.TransferTarget
            && Membership.isVoter target (NodeState.configuration turn.State)
        then
            turn.Record(Event.TransferChanged target)
            feed turn target false
            finishTransfer turn target
