// Reading changes in order: what a watch, a catch-up or an export walks along.
namespace Kv.Core.Mvcc

open System.Collections.Generic
open Kv.Core

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

    /// At the compaction revision itself a row may already be dead (its key changed twice in that
    /// transaction); whether it was swept away yet must not show.
    member this.IsVisible(row: Row) : bool =
        row.ModRevision > this.Space.CompactRevision
        || (let mutable entry = Unchecked.defaultof<KeyEntry>

            this.Space.Keys.TryFind(KeySlice row.KeyArray, &entry)
            && Versions.isRetained entry.Versions row this.Space.CompactRevision)

    interface ITreeVisitor<HistoryItem> with
        member this.Visit item =
            let row = item.Row

            if row.ModRevision <> this.Last && this.Taken >= this.RowsMax then
                this.Next <- row.ModRevision
                false
            else
                if this.IsVisible row then
                    this.Into.Add row
                    this.Taken <- this.Taken + 1
                    this.Last <- row.ModRevision

                true

[<RequireQualifiedAccess>]
module internal HistoryRead =
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
