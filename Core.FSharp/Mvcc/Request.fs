// What can be asked of the key space, in etcd's terms (etcd-facts R, P, T rows). Key ranges follow
// etcd: an empty RangeEnd is the single key, "\0" is everything from Key on.
namespace Kv.Core.Mvcc

open System
open Kv.Core

type SortOrder =
    | None = 0
    | Ascend = 1
    | Descend = 2

type SortTarget =
    | Key = 0
    | Version = 1
    | Create = 2
    | Mod = 3
    | Value = 4

/// A read of a key interval at a revision (0 or less: the newest).
[<Sealed; AllowNullLiteral>]
type RangeRequest(key: ReadOnlyMemory<byte>, rangeEnd: ReadOnlyMemory<byte>) =
    member _.Key = key
    member _.RangeEnd = rangeEnd
    /// Most rows to return; 0 means no limit.
    member val Limit = 0L with get, set
    member val Revision: Revision = 0L with get, set
    member val SortOrder = SortOrder.None with get, set
    member val SortTarget = SortTarget.Key with get, set
    /// Ask for no values; the rows still carry theirs, the caller leaves them out.
    member val KeysOnly = false with get, set
    member val CountOnly = false with get, set
    /// Inclusive revision filters; 0 means unset.
    member val MinModRevision: Revision = 0L with get, set
    member val MaxModRevision: Revision = 0L with get, set
    member val MinCreateRevision: Revision = 0L with get, set
    member val MaxCreateRevision: Revision = 0L with get, set

[<Sealed; AllowNullLiteral>]
type PutRequest(key: ReadOnlyMemory<byte>, value: ReadOnlyMemory<byte>, lease: LeaseId) =
    member _.Key = key
    member _.Value = value
    member _.Lease = lease
    /// Return the row the put replaces.
    member val PreviousWanted = false with get, set
    /// Keep the value the key has.
    member val IgnoreValue = false with get, set
    /// Keep the lease the key has.
    member val IgnoreLease = false with get, set

[<Sealed; AllowNullLiteral>]
type DeleteRequest(key: ReadOnlyMemory<byte>, rangeEnd: ReadOnlyMemory<byte>) =
    member _.Key = key
    member _.RangeEnd = rangeEnd
    /// Return the rows deleted.
    member val PreviousWanted = false with get, set

type CompareResult =
    | Equal = 0
    | Greater = 1
    | Less = 2
    | NotEqual = 3

type CompareTarget =
    | Version = 0
    | Create = 1
    | Mod = 2
    | Value = 3
    | Lease = 4

/// A guard of a transaction; with a RangeEnd it must hold for every key of the interval.
[<Sealed; AllowNullLiteral>]
type Compare
    (
        result: CompareResult,
        target: CompareTarget,
        key: ReadOnlyMemory<byte>,
        rangeEnd: ReadOnlyMemory<byte>,
        number: int64,
        value: ReadOnlyMemory<byte>
    ) =
    member _.Result = result
    member _.Target = target
    member _.Key = key
    member _.RangeEnd = rangeEnd
    /// What version, create, mod or lease is compared with.
    member _.Number = number
    /// What the value is compared with.
    member _.Value = value

/// One operation of a transaction.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type Operation =
    | Range of Range: RangeRequest
    | Put of Put: PutRequest
    | Delete of Delete: DeleteRequest
    | Txn of Txn: TxnRequest

and [<Sealed; AllowNullLiteral>] TxnRequest
    (compares: Compare[], success: Operation[], failure: Operation[]) =
    member _.Compares = compares
    /// Done when every compare holds …
    member _.Success = success
    /// … and otherwise this.
    member _.Failure = failure
