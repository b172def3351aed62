// The key space as one immutable value: keys with their versions, the same rows in order of
// revision, and how far compaction has come.
namespace Kv.Core.Mvcc

open Kv.Core

/// A key and its versions (see `Versions`).
[<Struct; NoEquality; NoComparison>]
type internal KeyEntry =
    val Key: byte[]
    val Versions: obj
    new(key, versions) = { Key = key; Versions = versions }

/// Keys by their bytes. A key weighs 1 if it is alive now, so that counting and walking the
/// living need not wade through the deleted.
[<Struct; NoEquality; NoComparison>]
type internal KeyEntryOrder =
    interface ITreeOrder<KeySlice, KeyBytes, KeyEntry> with
        member _.KeyOf entry = KeyBytes entry.Key
        member _.Compare(probe, key) = KeyOrder.compare probe key

        member _.Weight entry =
            if (Versions.newest entry.Versions).IsTombstone then
                0
            else
                1

type internal KeyTree = SortedTree<KeySlice, KeyBytes, KeyEntry, KeyEntryOrder>

/// All keys and all retained revisions.
[<NoEquality; NoComparison>]
type internal Keyspace = {
    Keys: KeyTree
    History: HistoryTree
    Revision: Revision
    /// Newest revision given to a compaction; -1 if none was, so that even one to 0 succeeds once,
    /// as in etcd.
    CompactRevision: Revision
    /// Changes before this place are clean of what compaction made unreachable. Everything is
    /// clean when it lies past `CompactRevision`.
    SweepFrom: RevisionKey
    /// Bytes of the rows that are held, reachable or not yet swept away.
    SizeBytes: int64
    /// Bytes of the newest rows of living keys.
    LiveBytes: int64
    /// Bytes of all keys and values put since this member started from a snapshot or from nothing.
    PutBytes: int64
} with

    static member Empty: Keyspace = {
        Keys = KeyTree.Empty
        History = HistoryTree.Empty
        Revision = 1L
        CompactRevision = -1L
        SweepFrom = RevisionKey(1L, 0L)
        SizeBytes = 0L
        LiveBytes = 0L
        PutBytes = 0L
    }

    /// Nothing is left to sweep away.
    member this.IsSwept = this.SweepFrom.Main > this.CompactRevision

/// What a read needs: the keys, the newest revision visible in them, and the oldest readable one.
[<Struct; NoEquality; NoComparison>]
type internal KeyspaceView =
    val Keys: KeyTree
    val Revision: Revision
    val CompactRevision: Revision

    new(keys, revision, compactRevision) =
        {
            Keys = keys
            Revision = revision
            CompactRevision = compactRevision
        }

    new(keyspace: Keyspace) =
        {
            Keys = keyspace.Keys
            Revision = keyspace.Revision
            CompactRevision = keyspace.CompactRevision
        }

    /// The key's newest row if it is alive, else null.
    member this.Newest(key: KeySlice) : Row =
        let mutable entry = Unchecked.defaultof<KeyEntry>

        if this.Keys.TryFind(key, &entry) then
            let row = Versions.newest entry.Versions
            if row.IsTombstone then null else row
        else
            null

    /// The key's row as of a revision, null if it was not alive then.
    member this.At(key: KeySlice, revision: Revision) : Row =
        let mutable entry = Unchecked.defaultof<KeyEntry>

        if this.Keys.TryFind(key, &entry) then
            let row = Versions.at entry.Versions revision
            if isNull row || row.IsTombstone then null else row
        else
            null

    /// Number of keys alive now in the interval; logarithmic.
    member this.Count(range: KeyRange) : int =
        if range.IsSingle then
            if isNull (this.Newest range.Lower) then 0 else 1
        elif range.IsBounded then
            max 0 (this.Keys.WeightBelow range.Upper - this.Keys.WeightBelow range.Lower)
        else
            this.Keys.Weight - this.Keys.WeightBelow range.Lower
