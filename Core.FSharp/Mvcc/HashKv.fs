// etcd's hashes of the key space (snapshot-format §6): CRC-32C over the rows as etcd stores them, so
// that members of a mixed cluster, or a restored one, can be compared with etcd itself.
namespace Kv.Core.Mvcc

open System
open Kv.Core

/// Ends a scan at the first key alive at a revision.
[<Struct; NoEquality; NoComparison>]
type private AliveVisitor =
    val At: Revision
    new(at) = { At = at }

    interface ITreeVisitor<KeyEntry> with
        member this.Visit entry =
            let row = Versions.at entry.Versions this.At
            isNull row || row.IsTombstone

/// Ends a scan at the first key that compaction at a revision keeps something of.
[<Struct; NoEquality; NoComparison>]
type private KeptVisitor =
    val At: Revision
    new(at) = { At = at }

    interface ITreeVisitor<KeyEntry> with
        member this.Visit entry =
            let row = Versions.at entry.Versions this.At
            isNull row || (row.IsTombstone && row.ModRevision < this.At)

/// Feeds the rows up to a revision that the rules select: those of a hash at that revision, or those
/// that a compaction at it walks over (the space is that before it).
[<Struct; NoEquality; NoComparison>]
type private HashVisitor =
    val Space: Keyspace
    val At: Revision
    val IsCompaction: bool
    /// No key is alive at that revision; for a compaction, it keeps no row up to it.
    val IsEmpty: bool
    val Scratch: byte[]
    val mutable Crc: uint32

    new(space, at, isCompaction, isEmpty, crc) =
        {
            Space = space
            At = at
            IsCompaction = isCompaction
            IsEmpty = isEmpty
            Scratch = Array.zeroCreate StoredRow.ScratchBytes
            Crc = crc
        }

    /// Of the rows up to the compaction revision: those alive at the hashed revision (rule b); if
    /// none is alive, all that compaction keeps, except tombstones at it (rule c).
    member private this.IsHashed(row: Row, versions) : bool =
        let compacted = this.Space.CompactRevision

        if row.IsTombstone && (row.ModRevision = compacted || not this.IsEmpty) then
            false
        elif this.IsEmpty then
            Versions.isRetained versions row compacted
        else
            Object.ReferenceEquals(Versions.at versions this.At, row)

    /// Of the rows up to the compaction before: those that this one keeps, or, if it keeps none,
    /// those that one kept; never a tombstone at it.
    member private this.IsKept(row: Row, versions) : bool =
        let at = if this.IsEmpty then this.Space.CompactRevision else this.At
        not row.IsTombstone && Versions.isRetained versions row at

    member private this.IsSelected(row: Row) : bool =
        if row.ModRevision > this.Space.CompactRevision then
            true
        else
            let mutable entry = Unchecked.defaultof<KeyEntry>

            this.Space.Keys.TryFind(KeySlice row.KeyArray, &entry)
            && (if this.IsCompaction then
                    this.IsKept(row, entry.Versions)
                else
                    this.IsHashed(row, entry.Versions))

    interface ITreeVisitor<HistoryItem> with
        member this.Visit item =
            if item.Row.ModRevision > this.At then
                false
            else
                if this.IsSelected item.Row then
                    this.Crc <- StoredRow.Append(this.Crc, this.Scratch, item.Row)

                true

[<RequireQualifiedAccess>]
module internal HashKv =
    let private isEmptyAt (space: Keyspace) (at: Revision) : bool =
        if at = space.Revision then
            space.Keys.Weight = 0
        else
            let mutable visitor = AliveVisitor at
            space.Keys.ScanAll(false, &visitor)

    let private hash
        (space: Keyspace)
        (at: Revision)
        (isCompaction: bool)
        (isEmpty: bool)
        : uint32 =
        let start = Crc32C.append Crc32C.Start (ReadOnlySpan<byte>("key"B))
        let mutable visitor = HashVisitor(space, at, isCompaction, isEmpty, start)
        space.History.ScanAll(false, &visitor) |> ignore
        Crc32C.finish visitor.Crc

    /// The hash etcd computes while it compacts a space at `at`, which must be above the compact
    /// revision of the space and not above its revision: hash, compact revision before.
    let ofCompaction (space: Keyspace) (at: Revision) : struct (uint32 * Revision) =
        let mutable kept = KeptVisitor at
        let isEmpty = space.Keys.ScanAll(false, &kept)
        struct (hash space at true isEmpty, space.CompactRevision)

    /// Error, hash, compact revision (-1 if never compacted), hashed revision.
    let compute
        (space: Keyspace)
        (revision: Revision)
        : struct (StoreError * uint32 * Revision * Revision) =
        let compacted = space.CompactRevision
        let at = if revision = 0L then space.Revision else revision

        // A negative revision is before all others: nothing is hashed, as in etcd.
        if at > 0L && at < space.CompactRevision then
            struct (StoreError.Compacted, 0u, compacted, at)
        elif at > space.Revision then
            struct (StoreError.FutureRevision, 0u, compacted, at)
        else
            struct (StoreError.None, hash space at false (isEmptyAt space at), compacted, at)
