// One change of one key: what etcd calls a KeyValue at a revision.
namespace Kv.Core.Mvcc

open System
open Kv.Core

/// A key at one revision. Immutable; shared by the key index and the history.
[<Sealed; AllowNullLiteral>]
type Row
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
    member _.Key = key
    member _.Value = value
    /// Revision of the put that began this generation; 0 on a tombstone.
    member _.CreateRevision = createRevision
    member _.ModRevision = modRevision
    /// Place of the change inside its transaction, from 0.
    member _.SubRevision = subRevision
    /// 1 for the creating put, one more with each put; 0 on a tombstone.
    member _.Version = version
    /// The lease the key is attached to, 0 for none.
    member _.Lease = lease
    /// This change deleted the key.
    member _.IsTombstone = isTombstone
