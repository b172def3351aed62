// What happened in the v2 tree, as watchers and callers are told, and why something did not happen
// (etcd-facts §5.2, §5.3).
namespace Kv.Core.V2

open System
open Kv.Core

type V2Action =
    | Get = 0
    | Create = 1
    | Set = 2
    | Update = 3
    | Delete = 4
    | CompareAndSwap = 5
    | CompareAndDelete = 6
    | Expire = 7

/// etcd's codes.
type V2Code =
    | KeyNotFound = 100
    | CompareFailed = 101
    | NotFile = 102
    | NotDirectory = 104
    | KeyExists = 105
    | RootReadOnly = 107
    | DirectoryNotEmpty = 108
    | Unauthorized = 110
    | PreviousValueRequired = 201
    | TtlNotNumber = 202
    | IndexNotNumber = 203
    | InvalidField = 209
    | InvalidForm = 210
    | RefreshValue = 211
    | RefreshTtlRequired = 212
    | RaftInternal = 300
    | EventIndexCleared = 401

/// A refusal of the v2 store.
[<Sealed; AllowNullLiteral>]
type V2Error(code: V2Code, cause: ReadOnlyMemory<byte>, index: uint64) =
    member _.Code = code
    /// What was wrong; may be empty.
    member _.Cause = cause
    /// Store index at that time.
    member _.Index = index

/// A node as an event shows it: as it was at that index, without what is in it.
[<Sealed; AllowNullLiteral>]
type V2Image
    internal
    (
        path: byte[],
        value: ReadOnlyMemory<byte>,
        hasValue: bool,
        isDirectory: bool,
        createdIndex: uint64,
        modifiedIndex: uint64,
        expiresNs: int64,
        ttlSeconds: int64
    ) =
    member internal _.PathBytes = path
    member _.Path: ReadOnlyMemory<byte> = ReadOnlyMemory<byte> path
    member _.Value = value
    /// False for directories, and for what was deleted.
    member _.HasValue = hasValue
    member _.IsDirectory = isDirectory
    member _.CreatedIndex = createdIndex
    member _.ModifiedIndex = modifiedIndex
    /// When the node ends, nanoseconds since 1970; 0 for never.
    member _.ExpiresNs = expiresNs
    /// Seconds it had left at the event; 0 if it never ends or was over.
    member _.TtlSeconds = ttlSeconds

/// A change of the tree. Every store index has exactly one.
[<Sealed; AllowNullLiteral>]
type V2Event internal (action: V2Action, node: V2Image, previous: V2Image, isRefresh: bool) =
    member _.Action = action
    member _.Node = node
    /// The node before, or null if there was none.
    member _.Previous = previous
    /// Only the time to live was changed: watchers are not told.
    member _.IsRefresh = isRefresh
    member _.Index = node.ModifiedIndex

    /// A new node came about (for the caller: 201 instead of 200).
    member _.IsCreation =
        action = V2Action.Create || (action = V2Action.Set && isNull previous)

/// Times to live.
[<AbstractClass; Sealed>]
type V2Time private () =
    /// Seconds from one time to another (both nanoseconds since 1970), begun ones counted; 0 if the
    /// end is 0, which is never.
    static member TtlSeconds(expiresNs: int64, nowNs: int64) : int64 =
        if expiresNs = 0L then
            0L
        else
            let left = expiresNs - nowNs
            let whole = left / 1_000_000_000L
            if left % 1_000_000_000L > 0L then whole + 1L else whole

[<RequireQualifiedAccess>]
module internal V2Image =
    let private none = ReadOnlyMemory<byte>.Empty

    let ofNode (path: byte[]) (nowNs: int64) (node: V2Node) =
        V2Image(
            path,
            node.Value,
            not node.IsDirectory,
            node.IsDirectory,
            node.CreatedIndex,
            node.ModifiedIndex,
            node.ExpiresNs,
            V2Time.TtlSeconds(node.ExpiresNs, nowNs)
        )

    /// What remains to be said of a node that is gone.
    let removed (path: byte[]) (index: uint64) (node: V2Node) =
        V2Image(path, none, false, node.IsDirectory, node.CreatedIndex, index, 0L, 0L)
