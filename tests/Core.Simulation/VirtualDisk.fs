// One member's disk: batches become durable in order and late, and a crash keeps what was durable
// plus a random part of what was under way. Commit-only batches are not synced: they are reported
// at once and survive only if a later batch is synced behind them.
namespace Kv.Core.Simulation

open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft

/// What a member finds when it starts again.
[<NoComparison; NoEquality>]
type Recovered = {
    HardState: HardState
    Snapshot: AppliedState
    Entries: Entry[]
}

/// A disk that starts with this state (index 0: an empty member).
[<Sealed>]
type VirtualDisk(options: SimOptions, rng: SplitMix, initial: AppliedState) =
    let log = MemberLog()
    let pending = Queue<PersistBatch>()
    let unsynced = Queue<PersistBatch>()
    let received = Dictionary<LogIndex, AppliedState>()
    let mutable hardState = { Term = 0UL; Vote = 0UL; Commit = 0UL }
    let mutable snapshot = initial
    let mutable previous: AppliedState = null
    let mutable freeAt = 0L
    let mutable isCalm = false

    do log.Reset(initial.Index, initial.Term)

    let receive (mark: SnapshotMark) =
        match received.TryGetValue mark.Index with
        | true, state when state.Term = mark.Term ->
            snapshot <- state
            previous <- null
            log.Reset(mark.Index, mark.Term)
        | _ -> violated "batch-discipline" $"the log starts behind snapshot {mark.Index}, not here"

    let write (batch: PersistBatch) =
        if not (isNull batch.Snapshot) then
            receive batch.Snapshot

        log.Append(batch.Entries, batch.Entries.Length)
        hardState <- ValueOption.defaultValue hardState batch.HardState

    let syncAll () =
        while unsynced.Count > 0 do
            write (unsynced.Dequeue())

    /// The first records of a batch that a crash cut in two: the vote, and some of the entries.
    let writeTorn (batch: PersistBatch) =
        if isNull batch.Snapshot && batch.Entries.Length > 0 then
            log.Append(batch.Entries, rng.Below batch.Entries.Length)
            let written = ValueOption.defaultValue hardState batch.HardState

            hardState <- {
                written with
                    Commit = min written.Commit log.LastIndex
            }

    let isSynced (batch: PersistBatch) =
        batch.MustSync && options.HostMutant <> HostMutant.ReportBeforeDurable

    let corruptAtCrash () =
        match options.HostMutant with
        | HostMutant.ForgetVoteOnCrash -> hardState <- { hardState with Vote = 0UL }
        | HostMutant.ForgetTermOnCrash when hardState.Term > 1UL ->
            hardState <- {
                hardState with
                    Term = hardState.Term - 1UL
                    Vote = 0UL
            }
        | HostMutant.LoseSyncedTail when log.LastIndex > log.BaseIndex ->
            let lost = uint64 (1 + rng.Below 3)
            let last = max log.BaseIndex (log.LastIndex - min lost log.LastIndex)
            let kept = log.After log.BaseIndex
            log.Reset(log.BaseIndex, (log.TermAt log.BaseIndex).Value)
            log.Append(kept, int (last - log.BaseIndex))

            hardState <- {
                hardState with
                    Commit = min hardState.Commit last
            }
        | _ -> ()

    /// The entries a crash now would certainly leave.
    member _.Log = log
    /// The hard state a crash now would certainly leave.
    member _.HardState = hardState
    /// The newest snapshot a restart can start from.
    member _.Snapshot = snapshot

    /// From now on the disk is fast.
    member _.Calm() = isCalm <- true

    /// Queues a batch; the answer is the number of time units until it is done.
    member _.Enqueue(batch: PersistBatch, now: int64) : int64 =
        pending.Enqueue batch
        let isStalled = not isCalm && rng.Chance options.PersistStallPermille

        let unitsMax =
            if isCalm then
                min options.PersistUnitsMax 2
            else
                options.PersistUnitsMax

        let latency = rng.Between(0, unitsMax)
        let latency = if isStalled then latency + 200 else latency
        let latency = if isSynced batch then latency else 0
        freeAt <- max freeAt (now + int64 latency)
        freeAt - now

    /// The oldest queued batch up to this sequence, made durable; null when there is none left.
    member _.Complete(sequence: uint64) : PersistBatch =
        if pending.Count = 0 || pending.Peek().Sequence > sequence then
            null
        else
            let batch = pending.Dequeue()
            unsynced.Enqueue batch

            if isSynced batch || unsynced.Count > 20 then
                syncAll ()

            batch

    /// A snapshot from a peer is written beside the log; a batch may name it from now on.
    member _.Receive(state: AppliedState) = received[state.Index] <- state

    /// The snapshot received with this mark.
    member _.Received(mark: SnapshotMark) : AppliedState =
        match received.TryGetValue mark.Index with
        | true, state -> state
        | _ -> violated "batch-discipline" $"snapshot {mark.Index} was never received"

    /// A snapshot of the member's own applied state is durable. The one before stays, with the
    /// entries behind it, as something to fall back to.
    member _.AddSnapshot(state: AppliedState) =
        if state.Index > snapshot.Index && log.TermAt state.Index = ValueSome state.Term then
            previous <- snapshot
            snapshot <- state
            log.DropThrough previous.Index

    /// Loses what was under way, except for a random part of it; answers what is left.
    member _.Crash() : unit =
        let all = Queue<PersistBatch>(Seq.append unsynced pending)
        unsynced.Clear()
        pending.Clear()
        freeAt <- 0L

        for _ in 1 .. rng.Below(all.Count + 1) do
            write (all.Dequeue())

        if all.Count > 0 && rng.Chance options.TornBatchPermille then
            writeTorn (all.Dequeue())

        corruptAtCrash ()

    /// What a start finds: the newest snapshot, or the one before it when that one is damaged.
    member _.Recover() : Recovered =
        if not (isNull previous) && rng.Chance options.PreviousSnapshotPermille then
            snapshot <- previous
            previous <- null

        {
            HardState = hardState
            Snapshot = snapshot
            Entries = log.After snapshot.Index
        }
