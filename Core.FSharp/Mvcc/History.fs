// Changes in order of revision: the place of a change, and the tree of rows ordered by it.
namespace Kv.Core.Mvcc

open System
open Kv.Core

/// The place of a change: the revision of its transaction, then its place inside.
[<Struct; NoEquality; NoComparison>]
type internal RevisionKey =
    val Main: Revision
    val Sub: int64
    new(main, sub) = { Main = main; Sub = sub }

    /// The place of a row.
    new(row: Row) =
        {
            Main = row.ModRevision
            Sub = row.SubRevision
        }

    /// After every change of revision `main`.
    static member EndOf(main: Revision) = RevisionKey(main, Int64.MaxValue)

    member this.CompareTo(other: RevisionKey) : int =
        if this.Main <> other.Main then
            this.Main.CompareTo other.Main
        else
            this.Sub.CompareTo other.Sub

/// A row in a tree; a struct for the same reasons as `KeyBytes`.
[<Struct; NoEquality; NoComparison>]
type internal HistoryItem =
    val Row: Row
    new(row) = { Row = row }

[<Struct; NoEquality; NoComparison>]
type internal HistoryOrder =
    interface ITreeOrder<RevisionKey, RevisionKey, HistoryItem> with
        member _.KeyOf item = RevisionKey item.Row
        member _.Compare(probe, key) = probe.CompareTo key
        member _.Weight _ = 1

/// Rows by (main, sub) revision; its weight is their number.
type internal HistoryTree = SortedTree<RevisionKey, RevisionKey, HistoryItem, HistoryOrder>

/// Collects rows of a scan into a list, up to a number of them.
[<Struct; NoEquality; NoComparison>]
type internal RowCollector =
    val Rows: Collections.Generic.List<Row>
    val RowsMax: int
    new(rows, rowsMax) = { Rows = rows; RowsMax = rowsMax }

    interface ITreeVisitor<HistoryItem> with
        member this.Visit item =
            this.Rows.Add item.Row
            this.Rows.Count < this.RowsMax
