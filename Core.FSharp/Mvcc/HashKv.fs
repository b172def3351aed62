// etcd's hash of the key space (snapshot-format §6): CRC-32C over the rows as etcd stores them,
// so that members of a mixed cluster, or a restored one, can be compared with etcd itself.
namespace Kv.Core.Mvcc

open System
open System.Buffers.Binary
open Kv.Core

/// A row in etcd's storage form (snapshot-format §3).
[<RequireQualifiedAccess>]
module internal StoredRow =
    /// Enough for a revision key, and for all fields of a KeyValue before or after its value.
    [<Literal>]
    let ScratchBytes = 64

    let private putVarint (scratch: byte[]) (at: int) (number: uint64) : int =
        let mutable rest = number
        let mutable at = at

        while rest >= 0x80UL do
            scratch[at] <- byte rest ||| 0x80uy
            rest <- rest >>> 7
            at <- at + 1

        scratch[at] <- byte rest
        at + 1

    /// A protobuf integer field; nothing if it is 0.
    let private putField (scratch: byte[]) (at: int) (tag: byte) (number: int64) : int =
        if number = 0L then
            at
        else
            scratch[at] <- tag
            putVarint scratch (at + 1) (uint64 number)

    let private putLength (scratch: byte[]) (at: int) (tag: byte) (length: int) : int =
        scratch[at] <- tag
        putVarint scratch (at + 1) (uint64 length)

    let private appendScratch (crc: uint32) (scratch: byte[]) (length: int) : uint32 =
        Crc32C.append crc (ReadOnlySpan<byte>(scratch, 0, length))

    let private appendKey (crc: uint32) (scratch: byte[]) (row: Row) : uint32 =
        BinaryPrimitives.WriteInt64BigEndian(Span<byte>(scratch, 0, 8), row.ModRevision)
        scratch[8] <- byte '_'
        BinaryPrimitives.WriteInt64BigEndian(Span<byte>(scratch, 9, 8), row.SubRevision)
        scratch[17] <- byte 't'
        appendScratch crc scratch (if row.IsTombstone then 18 else 17)

    let private appendUserKey (crc: uint32) (scratch: byte[]) (row: Row) : uint32 =
        if row.KeyArray.Length = 0 then
            crc
        else
            let crc = appendScratch crc scratch (putLength scratch 0 0x0Auy row.KeyArray.Length)
            Crc32C.append crc (ReadOnlySpan<byte>(row.KeyArray))

    /// The register after the row's key and value. A tombstone's value has only the user's key.
    let append (crc: uint32) (scratch: byte[]) (row: Row) : uint32 =
        let crc = appendUserKey (appendKey crc scratch row) scratch row

        if row.IsTombstone then
            crc
        else
            let at = putField scratch 0 0x10uy row.CreateRevision
            let at = putField scratch at 0x18uy row.ModRevision
            let at = putField scratch at 0x20uy row.Version
            let crc = appendScratch crc scratch at

            let crc =
                if row.Value.Length = 0 then
                    crc
                else
                    let at = putLength scratch 0 0x2Auy row.Value.Length
                    Crc32C.append (appendScratch crc scratch at) row.Value.Span

            appendScratch crc scratch (putField scratch 0 0x30uy row.Lease)

/// Ends a scan at the first key alive at a revision.
[<Struct; NoEquality; NoComparison>]
type private AliveVisitor =
    val At: Revision
    new(at) = { At = at }

    interface ITreeVisitor<KeyEntry> with
        member this.Visit entry =
            let row = Versions.at entry.Versions this.At
            isNull row || row.IsTombstone

/// Feeds the rows up to a revision that the rules select.
[<Struct; NoEquality; NoComparison>]
type private HashVisitor =
    val Space: Keyspace
    val At: Revision
    /// No key is alive at that revision.
    val IsEmpty: bool
    val Scratch: byte[]
    val mutable Crc: uint32

    new(space, at, isEmpty, crc) =
        {
            Space = space
            At = at
            IsEmpty = isEmpty
            Scratch = Array.zeroCreate StoredRow.ScratchBytes
            Crc = crc
        }

    /// Of the rows up to the compaction revision: those alive at the hashed revision (rule b); if
    /// none is alive, all that compaction keeps, except tombstones at it (rule c).
    member this.IsSelected(row: Row) : bool =
        let compacted = this.Space.CompactRevision

        if row.ModRevision > compacted then
            true
        elif row.IsTombstone && (row.ModRevision = compacted || not this.IsEmpty) then
            false
        else
            let mutable entry = Unchecked.defaultof<KeyEntry>

            this.Space.Keys.TryFind(KeySlice row.KeyArray, &entry)
            && (if this.IsEmpty then
                    Versions.isRetained entry.Versions row compacted
                else
                    Object.ReferenceEquals(Versions.at entry.Versions this.At, row))

    interface ITreeVisitor<HistoryItem> with
        member this.Visit item =
            if item.Row.ModRevision > this.At then
                false
            else
                if this.IsSelected item.Row then
                    this.Crc <- StoredRow.append this.Crc this.Scratch item.Row

                true

[<RequireQualifiedAccess>]
module internal HashKv =
    let private isEmptyAt (space: Keyspace) (at: Revision) : bool =
        if at = space.Revision then
            space.Keys.Weight = 0
        else
            let mutable visitor = AliveVisitor at
            space.Keys.ScanAll(false, &visitor)

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
            let start = Crc32C.append Crc32C.Start (ReadOnlySpan<byte>("key"B))
            let mutable visitor = HashVisitor(space, at, isEmptyAt space at, start)
            space.History.ScanAll(false, &visitor) |> ignore
            struct (StoreError.None, Crc32C.finish visitor.Crc, compacted, at)
