// The fold of events over a member's state: the only writer of state. No decision is taken here; an
// event says what already has been decided.
namespace Kv.Core.Raft

open System
open Kv.Core

/// The fold and its parts.
[<RequireQualifiedAccess>]
module internal Evolve =
    let private drawTimeout (options: RaftOptions) (seed: uint64) : Timers =
        let ticks = options.ElectionTicks
        let struct (timeout, seed) = SplitMix.between ticks (2 * ticks) seed

        {
            Election = 0
            Heartbeat = 0
            Timeout = timeout
            Seed = seed
        }

    let private withPeer (node: NodeId) (change: Progress -> Progress) (state: NodeState) =
        match state.Leadership with
        | ValueNone -> broken "peer-without-leadership" "a follower was fed by a member not leading"
        | ValueSome leadership ->
            let peers = Array.copy leadership.Peers

            for i in 0 .. peers.Length - 1 do
                if peers[i].Node = node then
                    peers[i] <- change peers[i]

            {
                state with
                    Leadership = ValueSome { leadership with Peers = peers }
            }

    let private withLeadership (change: Leadership -> Leadership) (state: NodeState) = {
        state with
            Leadership = ValueOption.map change state.Leadership
    }

    /// Progress of all members but this one: known members keep theirs.
    let private peersOf (state: NodeState) (known: Progress[]) (isActive: bool) =
        Membership.members (NodeState.configuration state)
        |> Array.filter (fun node -> node <> state.Options.Id)
        |> Array.map (fun node ->
            match Array.tryFind (fun (peer: Progress) -> peer.Node = node) known with
            | Some peer -> peer
            | None -> Progress.create node (state.Log.LastIndex + 1UL) isActive)

    let private changeRole (role: Role) (leader: NodeId) (state: NodeState) =
        let leads = (role = Role.Leader)
        let runs = (role = Role.Candidate || role = Role.PreCandidate)

        {
            state with
                Role = role
                Leader = leader
                Timers = drawTimeout state.Options state.Timers.Seed
                Reads = ReadQueue.empty
                Ballot =
                    if runs then
                        ValueSome { Granted = [||]; Rejected = [||] }
                    else
                        ValueNone
                Leadership =
                    if leads then
                        ValueSome {
                            Peers = peersOf state [||] false
                            UncommittedBytes =
                                state.Log.DataBytesBetween(state.Commit + 1UL, state.Log.LastIndex)
                            TransferTarget = 0UL
                        }
                    else
                        ValueNone
        }

    let private countVote (voter: NodeId) (granted: bool) (state: NodeState) =
        let count (ballot: Ballot) =
            if granted then
                {
                    ballot with
                        Granted = NodeSet.add voter ballot.Granted
                }
            else
                {
                    ballot with
                        Rejected = NodeSet.add voter ballot.Rejected
                }

        {
            state with
                Ballot = ValueOption.map count state.Ballot
        }

    /// The last configuration entry at or below an index, as far as it is not committed.
    let private lastConfigurationEntry (log: LogWindow) (commit: LogIndex) (index: LogIndex) =
        let mutable index = index

        while index > commit && log[index].Kind <> EntryKind.Configuration do
            index <- index - 1UL

        if index > commit then index else 0UL

    let private append (entries: Entry[]) (state: NodeState) =
        let first = entries[0].Index
        check "append-committed" (first > state.Commit) "a committed entry was to be replaced"
        let kept = state.Log.TruncateFrom first
        let log = kept.Append entries

        let bytes =
            log.DataBytesBetween(first, log.LastIndex)
            - state.Log.DataBytesBetween(first, state.Log.LastIndex)

        let mutable lastEntry =
            if state.Membership.LastEntry >= first then
                lastConfigurationEntry kept state.Commit (first - 1UL)
            else
                state.Membership.LastEntry

        for entry in entries do
            if entry.Kind = EntryKind.Configuration then
                lastEntry <- entry.Index

        {
            state with
                Log = log
                Membership =
                    if lastEntry = state.Membership.LastEntry then
                        state.Membership
                    else
                        {
                            state.Membership with
                                LastEntry = lastEntry
                        }
                Durability =
                    if state.Durability.Durable < first then
                        state.Durability
                    else
                        {
                            state.Durability with
                                Durable = first - 1UL
                        }
                Leadership =
                    match state.Leadership with
                    | ValueNone -> ValueNone
                    | ValueSome l ->
                        ValueSome {
                            l with
                                UncommittedBytes = l.UncommittedBytes + bytes
                        }
        }

    let private commit (index: LogIndex) (state: NodeState) =
        check "commit-order" (index > state.Commit) "the commit index went back"
        check "commit-range" (index <= state.Log.LastIndex) "a missing entry was committed"

        {
            state with
                Commit = index
                Leadership =
                    match state.Leadership with
                    | ValueNone -> ValueNone
                    | ValueSome l ->
                        let bytes = state.Log.DataBytesBetween(state.Commit + 1UL, index)

                        ValueSome {
                            l with
                                UncommittedBytes = l.UncommittedBytes - bytes
                        }
        }

    let private commitConfiguration (index: LogIndex) configuration (state: NodeState) =
        let term = state.Log[index].Term

        let state = {
            state with
                Membership = {
                    state.Membership with
                        Configuration = configuration
                        Unannounced =
                            Array.append state.Membership.Unannounced [|
                                SnapshotMark(index, term, configuration)
                            |]
                }
                Durability = {
                    state.Durability with
                        Untold =
                            (if state.Durability.Untold = 0UL then
                                 index
                             else
                                 state.Durability.Untold)
                        UntoldIssued = 0UL
                }
        }

        withLeadership
            (fun l -> {
                l with
                    Peers = peersOf state l.Peers true
            })
            state

    let private release (last: LogIndex) (state: NodeState) =
        let membership = state.Membership

        {
            state with
                Released = last
                Membership =
                    if membership.Unannounced.Length = 0 then
                        membership
                    else
                        {
                            membership with
                                Unannounced =
                                    Array.filter
                                        (fun mark -> mark.Index > last)
                                        membership.Unannounced
                        }
        }

    let private resetLog (mark: SnapshotMark) (state: NodeState) = {
        state with
            Log = LogWindow.Empty(mark.Index, mark.Term)
            Commit = mark.Index
            Released = mark.Index
            Applied = mark.Index
            Membership = {
                Configuration = mark.Configuration
                LastEntry = 0UL
                Unannounced = [||]
            }
            Durability = {
                state.Durability with
                    Untold = 0UL
                    UntoldIssued = 0UL
            }
    }

    /// The newest configuration entry that nobody was told of.
    let private lastInForce (state: NodeState) : LogIndex =
        match Array.tryLast state.Membership.Unannounced with
        | Some mark -> mark.Index
        | None -> 0UL

    let private issueWrite sequence (first: LogIndex) (hard: HardState) mustSync state =
        let durability = state.Durability
        let saved = durability.Saved

        let writes =
            if first = 0UL then
                durability.Writes
            else
                let write = { Sequence = sequence; First = first }

                if durability.Writes.IsEmpty || durability.Writes.Newest.First <= first then
                    durability.Writes.Enqueue write
                else
                    // This batch rewrites what earlier ones are still writing.
                    durability.Writes.ToArray()
                    |> Array.map (fun earlier -> {
                        earlier with
                            First = min earlier.First first
                    })
                    |> Fifo<PendingWrite>.OfArray
                    |> fun earlier -> earlier.Enqueue write

        {
            state with
                Durability = {
                    Issued = sequence
                    Completed = durability.Completed
                    SyncIssued = (if mustSync then sequence else durability.SyncIssued)
                    HardIssued =
                        if hard.Term <> saved.Term || hard.Vote <> saved.Vote then
                            sequence
                        else
                            durability.HardIssued
                    Saved = hard
                    Durable =
                        if first = 0UL then
                            durability.Durable
                        else
                            min durability.Durable (first - 1UL)
                    Writes = writes
                    Untold = durability.Untold
                    UntoldIssued =
                        if
                            mustSync
                            && durability.UntoldIssued = 0UL
                            && hard.Commit >= lastInForce state
                        then
                            sequence
                        else
                            durability.UntoldIssued
                }
        }

    let private completeWrite (sequence: uint64) (state: NodeState) =
        let durability = state.Durability
        let mutable writes = durability.Writes

        let isTold = durability.UntoldIssued > 0UL && durability.UntoldIssued <= sequence

        while not writes.IsEmpty && writes.Oldest.Sequence <= sequence do
            writes <- writes.Dequeue()

        {
            state with
                Durability = {
                    state.Durability with
                        Completed = sequence
                        Writes = writes
                        Durable =
                            if writes.IsEmpty then
                                state.Log.LastIndex
                            else
                                writes.Oldest.First - 1UL
                        Untold = (if isTold then 0UL else durability.Untold)
                        UntoldIssued = (if isTold then 0UL else durability.UntoldIssued)
                }
        }

    let private tick (state: NodeState) =
        let timers = state.Timers

        {
            state with
                Timers = {
                    timers with
                        Election =
                            (if timers.Election < Int32.MaxValue then
                                 timers.Election + 1
                             else
                                 timers.Election)
                        Heartbeat =
                            (if timers.Heartbeat < Int32.MaxValue then
                                 timers.Heartbeat + 1
                             else
                                 timers.Heartbeat)
                }
        }

    let private mapPeers (change: Progress -> Progress) (state: NodeState) =
        withLeadership
            (fun leadership -> {
                leadership with
                    Peers = Array.map change leadership.Peers
            })
            state

    let private startInterval (state: NodeState) =
        {
            state with
                Timers = { state.Timers with Heartbeat = 0 }
        }
        |> mapPeers Progress.nextInterval

    let private checkQuorum (state: NodeState) =
        {
            state with
                Timers = { state.Timers with Election = 0 }
        }
        |> mapPeers (fun peer -> { peer with IsActive = false })

    let private electionReset (state: NodeState) = { state.Timers with Election = 0 }

    /// The state after an event.
    let next (state: NodeState) (event: Event) : NodeState =
        match event with
        | Event.Ticked -> tick state
        | Event.IntervalStarted -> startInterval state
        | Event.TermAdvanced term -> {
            state with
                Term = term
                Vote = 0UL
                Leader = 0UL
          }
        | Event.VoteGranted candidate -> {
            state with
                Vote = candidate
                Timers = electionReset state
          }
        | Event.VoteCounted(voter, granted) -> countVote voter granted state
        | Event.RoleChanged(role, leader) -> changeRole role leader state
        | Event.LeaderHeard leader -> {
            state with
                Leader = leader
                Timers = electionReset state
          }
        | Event.EntriesAppended entries -> append entries state
        | Event.CommitAdvanced index -> commit index state
        | Event.ConfigurationCommitted(index, configuration) ->
            commitConfiguration index configuration state
        | Event.EntriesReleased last -> release last state
        | Event.AppliedAdvanced index -> { state with Applied = index }
        | Event.LogTrimmed through -> {
            state with
                Log = state.Log.DropThrough through
          }
        | Event.LogReset mark -> resetLog mark state
        | Event.WriteIssued(sequence, first, hard, mustSync) ->
            issueWrite sequence first hard mustSync state
        | Event.WriteCompleted sequence -> completeWrite sequence state
        | Event.AppendSent(node, last, bytes) ->
            let options = state.Options
            let bytesMax = int64 options.InflightBytesMax

            withPeer
                node
                (Progress.sent
                    options.InflightCountMax
                    bytesMax
                    last
                    bytes
                    (NodeState.tellable state))
                state
        | Event.FollowerMatched(node, index) ->
            withPeer node (Progress.matched state.Log.FirstIndex index) state
        | Event.FollowerHeard node -> withPeer node Progress.heard state
        | Event.HeartbeatAnswered(node, round) -> withPeer node (Progress.answered round) state
        | Event.ProbeStarted(node, next, paused) -> withPeer node (Progress.probe next paused) state
        | Event.SnapshotStarted node -> withPeer node (Progress.snapshot state.Applied) state
        | Event.QuorumChecked -> checkQuorum state
        | Event.TransferChanged target ->
            {
                state with
                    Timers = electionReset state
            }
            |> withLeadership (fun leadership -> {
                leadership with
                    TransferTarget = target
            })
        | Event.ReadQueued(node, context) -> {
            state with
                Reads = ReadQueue.add { Node = node; Context = context } state.Reads
          }
        | Event.ReadRoundStarted(token, index) -> {
            state with
                Reads = ReadQueue.start token index state.Reads
          }
        | Event.ReadRoundFinished _ -> {
            state with
                Reads = ReadQueue.finish state.Reads
          }
