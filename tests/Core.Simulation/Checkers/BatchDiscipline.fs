// The host contract of persist batches: ascending sequences, no gaps in entries or terms, unsynced
// only when nothing but the commit index moved; and a leader never changes its own log (Raft
// figure 3, leader append-only), nobody what is committed.
namespace Kv.Core.Simulation.Checkers

open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation

[<Sealed>]
type BatchDiscipline() =
    let rule = "batch-discipline"

    let checkEntries (node: IObserved) (batch: PersistBatch) =
        for i in 1 .. batch.Entries.Length - 1 do
            let before, entry = batch.Entries[i - 1], batch.Entries[i]

            if entry.Index <> before.Index + 1UL || entry.Term < before.Term then
                violated rule $"member {node.Id} persists {entry.Index} after {before.Index}"

        let first =
            if batch.Entries.Length > 0 then
                batch.Entries[0].Index
            else
                0UL

        let start =
            if isNull batch.Snapshot then
                node.Log.BaseIndex
            else
                batch.Snapshot.Index

        let last = if isNull batch.Snapshot then node.Log.LastIndex else start

        if first <> 0UL && (first <= start || first > last + 1UL) then
            violated rule $"member {node.Id} persists {first} on a log of ({start}, {last}]"

    let checkUnsynced (node: IObserved) (batch: PersistBatch) (written: HardState) =
        let isCommitOnly =
            match batch.HardState with
            | ValueSome state -> state.Term = written.Term && state.Vote = written.Vote
            | ValueNone -> true

        let isEmpty = batch.Entries.Length = 0 && isNull batch.Snapshot

        if not (isCommitOnly && isEmpty) then
            violated rule $"member {node.Id}'s batch {batch.Sequence} must be synced"

    /// The core asks for `batch` when it had asked for `written` as its last hard state.
    member _.OnPersist(node: IObserved, batch: PersistBatch, sequence: uint64, written: HardState) =
        if batch.Sequence <= sequence then
            violated rule $"member {node.Id}'s batch {batch.Sequence} comes after {sequence}"

        checkEntries node batch

        if not batch.MustSync then
            checkUnsynced node batch written

        match batch.HardState with
        | ValueSome state when state.Term < written.Term || state.Commit < written.Commit ->
            violated rule $"member {node.Id}'s hard state goes back"
        | _ -> ()

    /// The member has been leader of one term all the while that `batch` came from.
    member _.OnLeaderPersist(node: IObserved, batch: PersistBatch) =
        let isAppend =
            batch.Entries.Length = 0 || batch.Entries[0].Index > node.Log.LastIndex

        if not isAppend || not (isNull batch.Snapshot) then
            violated "leader-append-only" $"leader {node.Id} changes its log"

    /// `committed` is what the member last said to be committed.
    member _.OnReplace(node: IObserved, batch: PersistBatch, committed: LogIndex) =
        for entry in batch.Entries do
            if entry.Index <= committed && node.Log.TermAt entry.Index <> ValueSome entry.Term then
                violated "commit-final" $"member {node.Id} replaces committed entry {entry.Index}"
