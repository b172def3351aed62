// Reading changes in order: what a watch, a catch-up or an export walks along.
namespace Kv.Core.Mvcc

open System.Collections.Generic
open Kv.Core

[<RequireQualifiedAccess>]
module internal Retained =
    /// Whether compaction keeps the row; it may be there because it was not swept away yet.
    let isKept (space: Keyspace) (row: Row) : bool =
        row.ModRevision > space.CompactRevision
        || space.IsSwept
        || (let mutable entry = Unchecked.defaultof<KeyEntry>

            space.Keys.TryFind(KeySlice row.KeyArray, &entry)
            && Versions.isRetained entry.Versions row space.CompactRevision)

/// Collects whole revisions until there are enough rows.
[<Struct; NoEquality; NoComparison>]
type private HistoryVisitor =
    val Space: Keyspace
    val RowsMax: int
    val Into: List<Row>
    val mutable Taken: int
    val mutable Last: Revision
    /// The first revision not taken; 0 if all were.
    val mutable Next: Revision

    new(space, rowsMax, into) =
        {
            Space = space
            RowsMax = rowsMax
            Into = into
            Taken = 0
            Last = 0L
            Next = 0L
        }

    interface ITreeVisitor<HistoryItem> with
        member this.Visit item =
            let row = item.Row

            if row.ModRevision <> this.Last && this.Taken >= this.RowsMax then
                this.Next <- row.ModRevision
                false
            else
                // At the compaction revision itself a row may already be dead (its key changed twice in
                // that transaction); whether it was swept away yet must not show.
                if Retained.isKept this.Space row then
                    this.Into.Add row
                    this.Taken <- this.Taken + 1
                    this.Last <- row.ModRevision

                true

/// Collects what compaction keeps, row by row.
[<Struct; NoEquality; NoComparison>]
type private RetainedVisitor =
    val Space: Keyspace
    val RowsMax: int
    val Into: List<Row>

    new(space, rowsMax, into) =
        {
            Space = space
            RowsMax = rowsMax
            Into = into
        }

    interface ITreeVisitor<HistoryItem> with
        member this.Visit item =
            if Retained.isKept this.Space item.Row then
                this.Into.Add item.Row

            this.Into.Count < this.RowsMax

[<RequireQualifiedAccess>]
module internal HistoryRead =
    /// Adds to `into` the retained rows behind `after` (null: from the first on), in order of
    /// revision, until it holds `rowsMax`. Rows not swept away yet are left out.
    let retained (space: Keyspace) (after: Row) (rowsMax: int) (into: List<Row>) : unit =
        let first =
            if isNull after then
                RevisionKey(0L, 0L)
            else
                RevisionKey(after.ModRevision, after.SubRevision + 1L)

        let mutable visitor = RetainedVisitor(space, rowsMax, into)
        space.History.ScanFrom(first, false, &visitor) |> ignore

    /// Adds the changes from `first` on to `into`, whole revisions only, until at least `rowsMax`
    /// rows were added; returns the revision to go on from.
    let read (space: Keyspace) (first: Revision) (rowsMax: int) (into: List<Row>) : Revision =
        check "history.compacted" (first >= space.CompactRevision) "a read of compacted history"
        let mutable visitor = HistoryVisitor(space, max 1 rowsMax, into)
        let isComplete = space.History.ScanFrom(RevisionKey(first, 0L), false, &visitor)

        // A future start stays where it is: nothing before it is to be delivered.
        if isComplete then
            max first (space.Revision + 1L)
        else
            visitor.Next
