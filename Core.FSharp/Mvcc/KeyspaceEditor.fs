// Writing to the key space: a working copy that lives for one batch of commands. Changes gather
// into one transaction (one main revision) until it is committed.
namespace Kv.Core.Mvcc

open System
open Kv.Core

/// Writes one put into the key's entry, and keeps what the caller wants to know about it.
[<Struct; NoEquality; NoComparison>]
type private PutEdit =
    val Key: KeySlice
    val Request: PutRequest
    val Main: Revision
    val Sub: int64
    val Token: EditToken
    /// The row replaced; null if the key was not alive.
    val mutable Previous: Row
    val mutable Written: Row

    new(key, request, main, sub, token) =
        {
            Key = key
            Request = request
            Main = main
            Sub = sub
            Token = token
            Previous = null
            Written = null
        }

    member this.Create(key: byte[]) : Row =
        let value = RowBytes.retained this.Request.Value
        Row(key, value, this.Main, this.Main, this.Sub, 1L, this.Request.Lease)

    member this.Overwrite(row: Row) : Row =
        let request = this.Request

        let value =
            if request.IgnoreValue then
                row.Value
            else
                RowBytes.retained request.Value

        let lease = if request.IgnoreLease then row.Lease else request.Lease
        Row(row.KeyArray, value, row.CreateRevision, this.Main, this.Sub, row.Version + 1L, lease)

    interface ITreeEdit<KeyEntry> with
        member this.Insert() =
            let row = this.Create(this.Key.Span.ToArray())
            this.Written <- row
            KeyEntry(row.KeyArray, Versions.single row)

        member this.Replace entry =
            let newest = Versions.newest entry.Versions

            if newest.IsTombstone then
                this.Written <- this.Create newest.KeyArray
            else
                this.Previous <- newest
                this.Written <- this.Overwrite newest

            KeyEntry(entry.Key, Versions.append this.Token this.Written entry.Versions)

/// Appends a row to the versions its key already has.
[<Struct; NoEquality; NoComparison>]
type private AppendEdit(row: Row, token: EditToken) =
    interface ITreeEdit<KeyEntry> with
        member _.Insert() =
            KeyEntry(row.KeyArray, Versions.single row)

        member _.Replace entry =
            KeyEntry(entry.Key, Versions.append token row entry.Versions)

/// A working copy of a key space. Not shared: one owner, one thread, one batch.
[<Sealed>]
type internal KeyspaceEditor(start: Keyspace, token: EditToken) =
    let mutable keys = start.Keys
    let mutable history = start.History
    let mutable revision = start.Revision
    let mutable compactRevision = start.CompactRevision
    let mutable sweepFrom = start.SweepFrom
    let mutable sizeBytes = start.SizeBytes
    let mutable liveBytes = start.LiveBytes
    let mutable putBytes = start.PutBytes
    // Changes made since the last commit.
    let mutable changes = 0L

    let record (row: Row) (previous: Row) =
        history <- history.Put(token, RevisionKey row, HistoryItem row)
        changes <- changes + 1L
        let bytes = RowBytes.size row
        sizeBytes <- sizeBytes + bytes

        if not row.IsTombstone then
            liveBytes <- liveBytes + bytes
            putBytes <- putBytes + int64 row.KeyArray.Length + int64 row.Value.Length

        if not (isNull previous) then
            liveBytes <- liveBytes - RowBytes.size previous

    /// The revision operations see and report: one more than committed once something changed.
    member _.VisibleRevision = if changes > 0L then revision + 1L else revision

    member this.View = KeyspaceView(keys, this.VisibleRevision, compactRevision)

    /// Writes the key; gives the row replaced (null if none) and returns the new one. A put that
    /// keeps the value or lease of a key that is not there creates it without; callers check.
    member _.Put(request: PutRequest, previous: byref<Row>) : Row =
        let key = KeySlice.Of request.Key
        let mutable edit = PutEdit(key, request, revision + 1L, changes, token)
        keys <- keys.Update<PutEdit>(token, key, &edit)
        record edit.Written edit.Previous
        previous <- edit.Previous
        edit.Written

    /// Deletes a living key, whose newest row this is.
    member _.Delete(row: Row) : unit =
        let tombstone = Row.Tombstone(row.KeyArray, revision + 1L, changes)
        let mutable edit = AppendEdit(tombstone, token)
        keys <- keys.Update<AppendEdit>(token, KeySlice row.KeyArray, &edit)
        record tombstone row

    /// Makes the changes since the last commit one revision; without changes there is none (T8).
    member _.Commit() : unit =
        if changes > 0L then
            revision <- revision + 1L
            changes <- 0L

    /// Makes revisions below `target` unreadable at once (C1); their rows go later, in slices.
    member _.Compact(target: Revision) : StoreError =
        if target <= compactRevision then
            StoreError.Compacted
        elif target > revision then
            StoreError.FutureRevision
        else
            // Tombstones at the old compaction revision were kept by it and go with this one.
            let again = RevisionKey(compactRevision, 0L)

            if again.CompareTo sweepFrom < 0 then
                sweepFrom <- again

            compactRevision <- target
            StoreError.None

    member _.Seal() : Keyspace = {
        Keys = keys
        History = history
        Revision = revision
        CompactRevision = compactRevision
        SweepFrom = sweepFrom
        SizeBytes = sizeBytes
        LiveBytes = liveBytes
        PutBytes = putBytes
    }
