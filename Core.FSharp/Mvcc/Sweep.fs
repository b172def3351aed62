// Taking out of memory what compaction made unreachable, a slice at a time. It walks only the
// changes since the compaction before: every row that became dead has a later change of its key
// among them, or is itself a tombstone among them. So the cost follows the history removed, not
// the size of the key space.
namespace Kv.Core.Mvcc

open System.Collections.Generic
open Kv.Core

/// One slice under way.
[<Sealed>]
type private SweepRun(start: Keyspace, token: EditToken) =
    let compacted = start.CompactRevision
    let mutable keys = start.Keys
    let mutable history = start.History
    let mutable at = start.SweepFrom
    let mutable sizeBytes = start.SizeBytes
    let dropped = List<Row>()

    /// Removes up to `most` of the key's dead rows, oldest first; returns how many.
    let clean (entry: KeyEntry) (dead: int) (most: int) : int =
        let count = min dead most

        if count > 0 then
            dropped.Clear()
            Versions.copyTo dropped count 0 entry.Versions

            for row in dropped do
                history <- history.Remove(token, RevisionKey row)
                sizeBytes <- sizeBytes - RowBytes.size row

            let left = Versions.dropOldest token count entry.Versions
            let key = KeySlice entry.Key

            if isNull left then
                keys <- keys.Remove(token, key)
            else
                keys <- keys.Put(token, key, KeyEntry(entry.Key, left))

        count

    /// Cleans the key of the next change; returns what that cost, 0 at the end of the walk.
    let step (most: int) : int =
        let mutable item = Unchecked.defaultof<HistoryItem>

        if not (history.TryCeiling(at, &item)) || item.Row.ModRevision > compacted then
            at <- RevisionKey(compacted + 1L, 0L)
            0
        else
            let row = item.Row
            let mutable entry = Unchecked.defaultof<KeyEntry>
            let isKnown = keys.TryFind(KeySlice row.KeyArray, &entry)
            check "sweep.key" isKnown "a change in the history of a key that does not exist"
            let dead = Versions.deadCount entry.Versions compacted
            let count = clean entry dead most

            if count = dead then
                at <- RevisionKey(row.ModRevision, row.SubRevision + 1L)

            max 1 count

    member _.Run(rowsMax: int) : Keyspace =
        let mutable left = max 1 rowsMax

        while left > 0 && at.Main <= compacted do
            left <- left - step left

        {
            start with
                Keys = keys
                History = history
                SweepFrom = at
                SizeBytes = sizeBytes
        }

[<RequireQualifiedAccess>]
module internal Sweep =
    /// Visits or removes up to `rowsMax` rows; the same object if nothing is left to do.
    let slice (rowsMax: int) (keyspace: Keyspace) : Keyspace =
        if keyspace.IsSwept then
            keyspace
        else
            SweepRun(keyspace, EditToken()).Run rowsMax
