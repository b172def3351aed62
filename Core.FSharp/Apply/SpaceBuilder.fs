// Building a key space from rows that come key by key: both trees are built in bulk, from sorted
// input, with no comparison of keys beyond the check that they ascend.
namespace Kv.Core.Apply

open System
open System.Collections.Generic
open Kv.Core
open Kv.Core.Mvcc

/// Gathers the rows of a snapshot, key by key, and builds the key space from them.
[<Sealed>]
type internal SpaceBuilder(revision: Revision, compacted: Revision, hasLease: LeaseId -> bool) =
    let mutable rows: Row[] = Array.zeroCreate 1_024
    let mutable count = 0
    // Where the versions of the key at hand begin.
    let mutable first = 0
    let entries = List<KeyEntry>()
    let attached = Dictionary<LeaseId, List<KeyBytes>>()
    let mutable sizeBytes = 0L
    let mutable liveBytes = 0L

    let attach (row: Row) =
        let mutable keys: List<KeyBytes> = null

        if not (attached.TryGetValue(row.Lease, &keys)) then
            keys <- List<KeyBytes>()
            attached.Add(row.Lease, keys)

        keys.Add(KeyBytes row.KeyArray)

    /// Ends the key at hand; false if its versions are none that a state could hold.
    let close () : bool =
        if first = count then
            true
        else
            let newest = rows[count - 1]
            let versions = Versions.ofRows rows first (count - first)
            entries.Add(KeyEntry(newest.KeyArray, versions))
            first <- count

            if not newest.IsTombstone then
                liveBytes <- liveBytes + RowBytes.size newest

            if newest.Lease <> 0L && hasLease newest.Lease then
                attach newest

            Versions.deadCount versions compacted = 0
            && (newest.Lease = 0L || hasLease newest.Lease)

    let isAfter (row: Row) (previous: Row) =
        (RevisionKey row).CompareTo(RevisionKey previous) > 0

    let isValid (row: Row) =
        row.ModRevision <= revision
        && row.ModRevision > 1L
        && row.SubRevision >= 0L
        && (row.IsTombstone
            || (row.Version > 0L
                && row.CreateRevision > 1L
                && row.CreateRevision <= row.ModRevision))

    let push (row: Row) =
        if count = rows.Length then
            Array.Resize(&rows, count * 2)

        rows[count] <- row
        count <- count + 1
        sizeBytes <- sizeBytes + RowBytes.size row

    /// Puts the rows in order of revision; false if two have the same place.
    let sort () : bool =
        let mains = Array.init count (fun i -> rows[i].ModRevision)
        Array.Sort(mains, rows, 0, count)

        let bySub = Comparer<Row>.Create(fun a b -> a.SubRevision.CompareTo b.SubRevision)

        let mutable start = 0
        let mutable isUnique = true

        while start < count do
            let mutable stop = start + 1

            while stop < count && mains[stop] = mains[start] do
                stop <- stop + 1

            if stop - start > 1 then
                Array.Sort(rows, start, stop - start, bySub)

                for i in start + 1 .. stop - 1 do
                    isUnique <- isUnique && rows[i].SubRevision > rows[i - 1].SubRevision

            start <- stop

        isUnique

    /// The key of the row added last; null before the first.
    member _.LastKey: byte[] = if count = 0 then null else rows[count - 1].KeyArray

    member _.Count = count

    /// Takes the next row, of the same key or of one that sorts behind it; false if it is out of
    /// place.
    member _.Add(row: Row) : bool =
        let order =
            if count = 0 then
                1
            else
                KeyOrder.compare (KeySlice row.KeyArray) (KeyBytes rows[count - 1].KeyArray)

        let isFitting =
            isValid row
            && (if order > 0 then
                    close ()
                else
                    order = 0 && isAfter row rows[count - 1])

        if isFitting then
            push row

        isFitting

    /// The keys of a lease, in order.
    member _.LeaseKeys(id: LeaseId) : LeaseKeyTree =
        let mutable keys: List<KeyBytes> = null

        if attached.TryGetValue(id, &keys) then
            LeaseKeyTree.Build(keys.ToArray(), keys.Count)
        else
            LeaseKeyTree.Empty

    /// The key space of all rows; no value if they do not fit together.
    member _.Build() : Keyspace voption =
        if not (close ()) then
            ValueNone
        else
            let keys = KeyTree.Build(entries.ToArray(), entries.Count)

            if not (sort ()) then
                ValueNone
            else
                let items = Array.init count (fun i -> HistoryItem rows[i])

                ValueSome {
                    Keys = keys
                    History = HistoryTree.Build(items, count)
                    Revision = revision
                    CompactRevision = compacted
                    SweepFrom = RevisionKey(compacted + 1L, 0L)
                    SizeBytes = sizeBytes
                    LiveBytes = liveBytes
                    PutBytes = 0L
                }
