// A change that a client asks of the v2 tree, with everything that is not decided by the tree: the
// member that took the request has put its clock in, so that all members apply the same.
namespace Kv.Core.V2

open System
open Kv.Core
open Kv.Core.Mvcc

type V2Operation =
    | Set = 0
    /// Fails if the node is there.
    | Create = 1
    /// Creates a child named after the store index.
    | CreateInOrder = 2
    /// Fails if the node is not there.
    | Update = 3
    | CompareAndSwap = 4
    | Delete = 5
    | CompareAndDelete = 6

/// A write to the v2 tree; `path` must be canonical, `nowNs` is the requester's clock, nanoseconds
/// since 1970.
[<Sealed; AllowNullLiteral>]
type V2Request(operation: V2Operation, path: ReadOnlyMemory<byte>, nowNs: int64) =
    member _.Operation = operation
    member _.Path = path
    member _.NowNs = nowNs
    member val Value = ReadOnlyMemory<byte>.Empty with get, set
    /// Compared with the value there; empty compares nothing.
    member val PreviousValue = ReadOnlyMemory<byte>.Empty with get, set
    /// Compared with the modified index there; 0 compares nothing.
    member val PreviousIndex = 0UL with get, set
    /// When the node shall end, nanoseconds since 1970; 0 for never.
    member val ExpiresNs = 0L with get, set
    /// Keep the value, and do not tell watchers.
    member val IsRefresh = false with get, set
    /// Make, or allow to delete, a directory.
    member val IsDirectory = false with get, set
    /// Delete what is in the directory, too.
    member val IsRecursive = false with get, set

/// An event, and the node it took out of the tree (null if none): with everything in it, for
/// watchers further down.
[<Sealed; AllowNullLiteral>]
type V2Change(event: V2Event, removed: V2Node) =
    member _.Event = event
    member _.Removed = removed

/// What a v2 write did.
[<Sealed; AllowNullLiteral>]
type V2Reply(revision: Revision, error: V2Error, changes: V2Change[], index: uint64) =
    inherit Reply(revision)
    /// Why nothing was done; null if something was.
    member _.Error = error
    /// In order; one for a request, any number for an expiry.
    member _.Changes = changes
    /// The event the request caused; null if there was an error.
    member _.Event: V2Event = if changes.Length = 0 then null else changes[0].Event
    /// The store index afterwards.
    member _.Index = index

/// Bytes of v2 writes in commands.
[<RequireQualifiedAccess>]
module internal V2RequestCodec =
    [<Literal>]
    let private Refresh = 1uy

    [<Literal>]
    let private Directory = 2uy

    [<Literal>]
    let private Recursive = 4uy

    let size (request: V2Request) : int =
        64 + request.Path.Length + request.Value.Length + request.PreviousValue.Length

    let write (writer: FieldWriter) (request: V2Request) : unit =
        writer.Byte(byte request.Operation)

        writer.Byte(
            (if request.IsRefresh then Refresh else 0uy)
            ||| (if request.IsDirectory then Directory else 0uy)
            ||| (if request.IsRecursive then Recursive else 0uy)
        )

        writer.Signed request.NowNs
        writer.Signed request.ExpiresNs
        writer.Varint request.PreviousIndex
        writer.Bytes request.Path.Span
        writer.Bytes request.Value.Span
        writer.Bytes request.PreviousValue.Span

    let read (reader: byref<FieldReader>) : V2Request =
        let operation = enum<V2Operation>(int (reader.ByteUpTo 6uy))
        let flags = reader.ByteUpTo 7uy
        let nowNs = reader.Signed()
        let expiresNs = reader.Signed()
        let previousIndex = reader.Varint()
        let path = reader.Bytes()
        let value = reader.Bytes()
        let previousValue = reader.Bytes()

        if not (V2Path.IsCanonical path.Span) then
            reader.Fail()

        V2Request(
            operation,
            path,
            nowNs,
            Value = value,
            PreviousValue = previousValue,
            PreviousIndex = previousIndex,
            ExpiresNs = expiresNs,
            IsRefresh = (flags &&& Refresh <> 0uy),
            IsDirectory = (flags &&& Directory <> 0uy),
            IsRecursive = (flags &&& Recursive <> 0uy)
        )
