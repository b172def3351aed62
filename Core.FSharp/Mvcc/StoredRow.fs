// Rows in etcd's storage form (snapshot-format §3): what its files hold and its hashes cover. One
// place writes it, so that a file, a hash of the file and a hash of the state cannot disagree.
namespace Kv.Core.Mvcc

open System
open System.Buffers.Binary
open System.Numerics
open Kv.Core

/// The pair of bytes that etcd stores for a row: a revision key, and a KeyValue message.
///
/// A row whose user key is empty is no client's: it is the mark a restore with a bumped revision
/// leaves at the new revision, and etcd stores nothing as its value.
[<AbstractClass; Sealed>]
type StoredRow private () =
    /// Length of the longest revision key: that of a deletion.
    [<Literal>]
    static let KeyBytesMax = 18

    /// Enough for a revision key, and for the fields of a KeyValue before or after its value.
    [<Literal>]
    static let ScratchBytesMax = 64

    static let putVarint (into: Span<byte>) (start: int) (number: uint64) : int =
        let mutable rest = number
        let mutable at = start

        while rest >= 0x80UL do
            into[at] <- byte rest ||| 0x80uy
            rest <- rest >>> 7
            at <- at + 1

        into[at] <- byte rest
        at + 1

    static let varintLength (number: uint64) : int =
        BitOperations.Log2(number ||| 1UL) / 7 + 1

    /// A protobuf integer field; nothing if it is 0.
    static let putField (into: Span<byte>) (at: int) (tag: byte) (number: int64) : int =
        if number = 0L then
            at
        else
            into[at] <- tag
            putVarint into (at + 1) (uint64 number)

    static let fieldLength (number: int64) : int =
        if number = 0L then 0 else 1 + varintLength (uint64 number)

    /// What comes before the bytes of a field that holds some; nothing if it holds none.
    static let putLength (into: Span<byte>) (at: int) (tag: byte) (length: int) : int =
        if length = 0 then
            at
        else
            into[at] <- tag
            putVarint into (at + 1) (uint64 length)

    static let bytesLength (length: int) : int =
        if length = 0 then
            0
        else
            1 + varintLength (uint64 length) + length

    static let putUserKeyHead (into: Span<byte>) (at: int) (row: Row) : int =
        putLength into at 0x0Auy row.KeyArray.Length

    /// The fields between the user's key and value, and what comes before the value.
    static let putNumbers (into: Span<byte>) (at: int) (row: Row) : int =
        let at = putField into at 0x10uy row.CreateRevision
        let at = putField into at 0x18uy row.ModRevision
        let at = putField into at 0x20uy row.Version
        putLength into at 0x2Auy row.Value.Length

    static let putLease (into: Span<byte>) (at: int) (row: Row) : int =
        putField into at 0x30uy row.Lease

    static member internal ScratchBytes = ScratchBytesMax

    /// Length of the revision key: 17, or 18 for a deletion.
    static member KeyLength(row: Row) : int =
        if row.IsTombstone then KeyBytesMax else KeyBytesMax - 1

    /// Writes the revision key.
    static member WriteKey(row: Row, into: Span<byte>) : unit =
        BinaryPrimitives.WriteInt64BigEndian(into, row.ModRevision)
        into[8] <- byte '_'
        BinaryPrimitives.WriteInt64BigEndian(into.Slice 9, row.SubRevision)

        if row.IsTombstone then
            into[17] <- byte 't'

    /// Length of the KeyValue message.
    static member ValueLength(row: Row) : int =
        let keyLength = row.KeyArray.Length

        if keyLength = 0 then
            0
        elif row.IsTombstone then
            bytesLength keyLength
        else
            bytesLength keyLength
            + fieldLength row.CreateRevision
            + fieldLength row.ModRevision
            + fieldLength row.Version
            + bytesLength row.Value.Length
            + fieldLength row.Lease

    /// Writes the KeyValue message into a span of exactly its length.
    static member WriteValue(row: Row, into: Span<byte>) : unit =
        if row.KeyArray.Length > 0 then
            let at = putUserKeyHead into 0 row
            row.KeyArray.CopyTo(into.Slice at)
            let at = at + row.KeyArray.Length

            if not row.IsTombstone then
                let at = putNumbers into at row
                row.Value.Span.CopyTo(into.Slice at)
                putLease into (at + row.Value.Length) row |> ignore

    /// The register of a CRC-32C after the row's key and value, without copying them.
    static member internal Append(crc: uint32, scratch: byte[], row: Row) : uint32 =
        StoredRow.WriteKey(row, Span<byte> scratch)

        let crc =
            Crc32C.append crc (ReadOnlySpan<byte>(scratch, 0, StoredRow.KeyLength row))

        if row.KeyArray.Length = 0 then
            crc
        else
            let at = putUserKeyHead (Span<byte> scratch) 0 row
            let crc = Crc32C.append crc (ReadOnlySpan<byte>(scratch, 0, at))
            let crc = Crc32C.append crc (ReadOnlySpan<byte> row.KeyArray)

            if row.IsTombstone then
                crc
            else
                let at = putNumbers (Span<byte> scratch) 0 row
                let crc = Crc32C.append crc (ReadOnlySpan<byte>(scratch, 0, at))
                let crc = Crc32C.append crc row.Value.Span
                let at = putLease (Span<byte> scratch) 0 row
                Crc32C.append crc (ReadOnlySpan<byte>(scratch, 0, at))
