// What a leader knows of one follower, and how much it may have under way to it. Three modes: probe
// (one append at a time, looking for where the logs agree), replicate (streaming ahead of the
// answers), snapshot (the entries are gone; wait for the state to arrive).
namespace Kv.Core.Raft

open Kv.Core

/// How a follower is fed.
[<RequireQualifiedAccess; Struct>]
type internal ProgressMode =
    | Probe
    | Replicate
    | Snapshot

/// An append under way: the index of its last entry and its size.
[<Struct; NoComparison>]
type internal Flight = { Last: LogIndex; Bytes: int64 }

/// A follower as the leader sees it.
[<NoComparison; ReferenceEquality>]
type internal Progress = {
    Node: NodeId
    Mode: ProgressMode
    /// Highest index known to be durable there.
    Match: LogIndex
    /// Index of the next entry to send.
    Next: LogIndex
    /// Nothing more is appended until an answer comes.
    IsPaused: bool
    /// The next answer to a heartbeat lets the leader try another append: once an interval, so that
    /// the heartbeats of read rounds do not each cost an append.
    MayRetry: bool
    /// Heard from since the last quorum check.
    IsActive: bool
    /// Snapshot mode: what the store had applied when the snapshot was asked for.
    SnapshotFrom: LogIndex
    /// The latest read round it has confirmed.
    Round: uint64
    /// The commit index it was last told.
    CommitSent: LogIndex
    /// Replicate mode: appends not yet answered, oldest first.
    Flights: Fifo<Flight>
    FlightBytes: int64
}

/// Transitions of a follower's progress.
[<RequireQualifiedAccess>]
module internal Progress =
    let create (node: NodeId) (next: LogIndex) (isActive: bool) = {
        Node = node
        Mode = ProgressMode.Probe
        Match = 0UL
        Next = next
        IsPaused = false
        MayRetry = false
        IsActive = isActive
        SnapshotFrom = 0UL
        Round = 0UL
        CommitSent = 0UL
        Flights = Fifo.Empty
        FlightBytes = 0L
    }

    /// Looks for the place where the logs agree, from `next` on.
    let probe (next: LogIndex) (isPaused: bool) (progress: Progress) = {
        progress with
            Mode = ProgressMode.Probe
            Next = max next (progress.Match + 1UL)
            IsPaused = isPaused
            SnapshotFrom = 0UL
            Flights = Fifo.Empty
            FlightBytes = 0L
    }

    let private replicate (progress: Progress) = {
        progress with
            Mode = ProgressMode.Replicate
            Next = progress.Match + 1UL
            IsPaused = false
            SnapshotFrom = 0UL
            Flights = Fifo.Empty
            FlightBytes = 0L
    }

    let snapshot (from: LogIndex) (progress: Progress) = {
        progress with
            Mode = ProgressMode.Snapshot
            IsPaused = true
            SnapshotFrom = from
            Flights = Fifo.Empty
            FlightBytes = 0L
    }

    /// No room for another append with entries.
    let isFull (countMax: int) (bytesMax: int64) (progress: Progress) =
        progress.Flights.Count >= countMax || progress.FlightBytes >= bytesMax

    /// An append was sent whose last entry is `last` (`bytes` 0: it had none).
    let sent countMax bytesMax (last: LogIndex) (bytes: int64) (commit: LogIndex) progress =
        match progress.Mode with
        | ProgressMode.Probe -> {
            progress with
                IsPaused = true
                CommitSent = commit
          }
        | ProgressMode.Replicate when bytes = 0L -> {
            progress with
                IsPaused = isFull countMax bytesMax progress
                CommitSent = commit
          }
        | ProgressMode.Replicate ->
            let flights = progress.Flights.Enqueue { Last = last; Bytes = bytes }
            let flightBytes = progress.FlightBytes + bytes

            {
                progress with
                    Next = last + 1UL
                    IsPaused = flights.Count >= countMax || flightBytes >= bytesMax
                    CommitSent = commit
                    Flights = flights
                    FlightBytes = flightBytes
            }
        | ProgressMode.Snapshot -> progress

    /// Takes the appends off that an answer up to `index` covers.
    let private land (index: LogIndex) (progress: Progress) =
        let mutable flights = progress.Flights
        let mutable bytes = progress.FlightBytes

        while not flights.IsEmpty && flights.Oldest.Last <= index do
            bytes <- bytes - flights.Oldest.Bytes
            flights <- flights.Dequeue()

        struct (flights, bytes)

    /// The follower has everything up to `index`. `firstIndex` is where the leader's log starts: a
    /// follower in snapshot mode goes on replicating as soon as it can be fed from there.
    let matched (firstIndex: LogIndex) (index: LogIndex) (progress: Progress) =
        let reached = max index progress.Match

        match progress.Mode with
        | ProgressMode.Probe ->
            replicate {
                progress with
                    Match = reached
                    IsActive = true
            }
        | ProgressMode.Snapshot ->
            let progress = {
                progress with
                    Match = reached
                    Next = max progress.Next (reached + 1UL)
                    IsActive = true
            }

            if reached + 1UL >= firstIndex then
                replicate progress
            else
                progress
        | ProgressMode.Replicate ->
            let struct (flights, bytes) = land reached progress

            {
                progress with
                    Match = reached
                    Next = max progress.Next (reached + 1UL)
                    IsActive = true
                    IsPaused = false
                    Flights = flights
                    FlightBytes = bytes
            }

    /// The follower answered something.
    let heard (progress: Progress) = { progress with IsActive = true }

    /// A heartbeat interval began.
    let nextInterval (progress: Progress) =
        if progress.MayRetry then
            progress
        else
            { progress with MayRetry = true }

    /// The follower answered a heartbeat: once an interval it may be sent another append, even if
    /// the answers to the earlier ones were lost.
    let answered (round: uint64) (progress: Progress) = {
        progress with
            IsActive = true
            MayRetry = false
            IsPaused =
                progress.Mode = ProgressMode.Snapshot
                || (progress.IsPaused && not progress.MayRetry)
            Round = max round progress.Round
    }
