// One change of one key: what etcd calls a KeyValue at a revision. Rows are most of a member's
// memory, so they hold nothing that can be derived.
namespace Kv.Core.Mvcc

open System
open System.Runtime.InteropServices
open Kv.Core

/// A key at one revision. Immutable; shared by the key index and the history.
[<Sealed; AllowNullLiteral>]
type Row =
    val private key: byte[]
    val private value: ReadOnlyMemory<byte>
    val private createRevision: Revision
    val private modRevision: Revision
    val private subRevision: int64
    val private version: int64
    val private lease: LeaseId

    /// A row that keeps `key` and `value` as they are: the key exactly the array.
    internal new(key: byte[], value, createRevision, modRevision, subRevision, version, lease) =
        {
            key = key
            value = value
            createRevision = createRevision
            modRevision = modRevision
            subRevision = subRevision
            version = version
            lease = lease
        }

    new
        (
            key: ReadOnlyMemory<byte>,
            value: ReadOnlyMemory<byte>,
            createRevision: Revision,
            modRevision: Revision,
            subRevision: int64,
            version: int64,
            lease: LeaseId,
            isTombstone: bool
        ) =
        {
            key = (KeySlice.Of key).ToExact()
            value = value
            createRevision = (if isTombstone then 0L else createRevision)
            modRevision = modRevision
            subRevision = subRevision
            version = (if isTombstone then 0L else version)
            lease = lease
        }

    /// The deletion of a key.
    static member internal Tombstone(key: byte[], modRevision: Revision, subRevision: int64) =
        Row(key, ReadOnlyMemory<byte>.Empty, 0L, modRevision, subRevision, 0L, 0L)

    member internal this.KeyArray = this.key
    member this.Key: ReadOnlyMemory<byte> = ReadOnlyMemory<byte>(this.key)
    member this.Value = this.value
    /// Revision of the put that began this generation; 0 on a tombstone.
    member this.CreateRevision = this.createRevision
    member this.ModRevision = this.modRevision
    /// Place of the change inside its transaction, from 0.
    member this.SubRevision = this.subRevision
    /// 1 for the creating put, one more with each put; 0 on a tombstone.
    member this.Version = this.version
    /// The lease the key is attached to, 0 for none.
    member this.Lease = this.lease
    /// This change deleted the key.
    member this.IsTombstone = this.version = 0L

/// What rows cost and how they hold their values.
[<RequireQualifiedAccess>]
module internal RowBytes =
    /// Bytes a row takes beside its key and value: the object, the headers of the two arrays and
    /// its places in the key tree and in the history, as measured on a 64-bit runtime.
    [<Literal>]
    let Overhead = 160L

    let size (row: Row) : int64 =
        Overhead + int64 row.KeyArray.Length + int64 row.Value.Length

    /// The value as a row may hold it for years: the slice itself if it is at least half of the
    /// array it keeps alive, else a copy. Without this, one small row could hold a whole network
    /// buffer or snapshot block in memory.
    let retained (value: ReadOnlyMemory<byte>) : ReadOnlyMemory<byte> =
        let mutable segment = Unchecked.defaultof<ArraySegment<byte>>

        if value.Length = 0 then
            ReadOnlyMemory<byte>.Empty
        elif
            MemoryMarshal.TryGetArray(value, &segment)
            && int64 segment.Count * 2L >= segment.Array.LongLength
        then
            value
        else
            ReadOnlyMemory<byte>(value.ToArray())
