// Reads of an interval (etcd-facts R1-R11): which revision, which rows, in what order, how many.
// The newest revision is the fast path: only living keys are visited, and counting is a
// difference of two ranks.
namespace Kv.Core.Mvcc

open System
open System.Collections.Generic
open Kv.Core

/// The revision filters of a request (R11); 0 is unset, bounds are inclusive.
[<Struct; NoEquality; NoComparison>]
type private RevisionFilter =
    val MinMod: Revision
    val MaxMod: Revision
    val MinCreate: Revision
    val MaxCreate: Revision

    new(request: RangeRequest) =
        {
            MinMod = request.MinModRevision
            MaxMod = request.MaxModRevision
            MinCreate = request.MinCreateRevision
            MaxCreate = request.MaxCreateRevision
        }

    member this.IsSet =
        this.MinMod <> 0L
        || this.MaxMod <> 0L
        || this.MinCreate <> 0L
        || this.MaxCreate <> 0L

    member this.Passes(row: Row) =
        (this.MinMod = 0L || row.ModRevision >= this.MinMod)
        && (this.MaxMod = 0L || row.ModRevision <= this.MaxMod)
        && (this.MinCreate = 0L || row.CreateRevision >= this.MinCreate)
        && (this.MaxCreate = 0L || row.CreateRevision <= this.MaxCreate)

/// Collects the rows of living keys that pass the filter, and counts the living keys.
[<Struct; NoEquality; NoComparison>]
type private RangeVisitor =
    val Filter: RevisionFilter
    val IsFiltered: bool
    /// As of which revision; `Int64.MaxValue` is the newest.
    val At: Revision
    val RowsMax: int
    /// Go on counting when there are enough rows.
    val CountsAll: bool
    val mutable Rows: Row[]
    val mutable Length: int
    val mutable Count: int64

    new(filter: RevisionFilter, at, rowsMax, countsAll, capacity: int) =
        {
            Filter = filter
            IsFiltered = filter.IsSet
            At = at
            RowsMax = rowsMax
            CountsAll = countsAll
            Rows =
                (if capacity = 0 then
                     Array.Empty<Row>()
                 else
                     Array.zeroCreate<Row> capacity)
            Length = 0
            Count = 0L
        }

    member this.Take(row: Row) : unit =
        if this.Length = this.Rows.Length then
            let mutable rows = this.Rows
            Array.Resize(&rows, max 8 (this.Length * 2))
            this.Rows <- rows

        this.Rows[this.Length] <- row
        this.Length <- this.Length + 1

    member this.See(row: Row) : bool =
        if isNull row || row.IsTombstone then
            true
        else
            this.Count <- this.Count + 1L

            if this.Length < this.RowsMax && (not this.IsFiltered || this.Filter.Passes row) then
                this.Take row

            this.CountsAll || this.Length < this.RowsMax

    interface ITreeVisitor<KeyEntry> with
        member this.Visit entry =
            if this.At = Int64.MaxValue then
                this.See(Versions.newest entry.Versions)
            else
                this.See(Versions.at entry.Versions this.At)

[<RequireQualifiedAccess>]
module internal RangeRead =
    let private scan
        (view: KeyspaceView)
        (range: KeyRange)
        (isBackward: bool)
        (visitor: byref<RangeVisitor>)
        : unit =
        let isNewest = visitor.At = Int64.MaxValue

        if range.IsSingle then
            let row =
                if isNewest then
                    view.Newest range.Lower
                else
                    view.At(range.Lower, visitor.At)

            visitor.See row |> ignore
        elif range.IsBounded then
            // An end that is not above the start is an empty interval, not an error (R8).
            if MemoryExtensions.SequenceCompareTo(range.Lower.Span, range.Upper.Span) < 0 then
                if isBackward then
                    view.Keys.ScanBackBetween(range.Lower, range.Upper, isNewest, &visitor)
                    |> ignore
                else
                    view.Keys.ScanBetween(range.Lower, range.Upper, isNewest, &visitor) |> ignore
        elif isBackward then
            view.Keys.ScanBackFrom(range.Lower, isNewest, &visitor) |> ignore
        else
            view.Keys.ScanFrom(range.Lower, isNewest, &visitor) |> ignore

    let private compareKeys (a: Row) (b: Row) : int =
        MemoryExtensions.SequenceCompareTo(
            ReadOnlySpan<byte>(a.KeyArray),
            ReadOnlySpan<byte>(b.KeyArray)
        )

    let private compareBy (target: SortTarget) (a: Row) (b: Row) : int =
        match target with
        | SortTarget.Version -> a.Version.CompareTo b.Version
        | SortTarget.Create -> a.CreateRevision.CompareTo b.CreateRevision
        | SortTarget.Mod -> a.ModRevision.CompareTo b.ModRevision
        | SortTarget.Value -> MemoryExtensions.SequenceCompareTo(a.Value.Span, b.Value.Span)
        | _ -> compareKeys a b

    /// Rows that are equal in the target stay in key order, so that every member agrees.
    let private sort (rows: Row[]) (target: SortTarget) (isDescending: bool) : unit =
        let comparison =
            Comparison<Row>(fun a b ->
                let order = compareBy target a b

                if order = 0 then compareKeys a b
                elif isDescending then -order
                else order)

        Array.Sort(rows, Comparer<Row>.Create comparison)

    let private rowsMaxOf (limit: int64) : int =
        // One more than asked for tells whether there is more.
        if limit <= 0L || limit >= int64 Int32.MaxValue then
            Int32.MaxValue
        else
            int limit + 1

    /// Trims the rows to the limit; true if that cut something.
    let private cut (rows: Row[]) (limit: int64) : struct (Row[] * bool) =
        if limit > 0L && rows.LongLength > limit then
            struct (Array.sub rows 0 (int limit), true)
        else
            struct (rows, false)

    let private trimmed (visitor: RangeVisitor) : Row[] =
        if visitor.Length = visitor.Rows.Length then
            visitor.Rows
        else
            Array.sub visitor.Rows 0 visitor.Length

    let private readRows
        (view: KeyspaceView)
        (request: RangeRequest)
        (range: KeyRange)
        (at: Revision)
        =
        let filter = RevisionFilter request
        let isNewest = at = view.Revision
        // The order of keys is that of the scan; any other needs all rows first (R9). So does a filter,
        // even where without an order the limit would come before the target (R10).
        let isByKey = request.SortTarget = SortTarget.Key

        let isSorted = not isByKey && (request.SortOrder <> SortOrder.None || filter.IsSet)

        let rowsMax = if isSorted then Int32.MaxValue else rowsMaxOf request.Limit
        let isBackward = isByKey && request.SortOrder = SortOrder.Descend
        let known = if isNewest then view.Count range else 0
        let capacity = if filter.IsSet then 0 else min known rowsMax
        let revision = if isNewest then Int64.MaxValue else at

        let mutable visitor =
            RangeVisitor(filter, revision, rowsMax, not isNewest, capacity)

        scan view range isBackward &visitor
        let rows = trimmed visitor

        // Without an order, another target still sorts what the limit left in key order (R10).
        if not isByKey then
            sort rows request.SortTarget (request.SortOrder = SortOrder.Descend)

        let count = if isNewest then int64 known else visitor.Count
        let struct (rows, more) = cut rows request.Limit
        RangeReply(view.Revision, rows, count, more)

    let private readCount
        (view: KeyspaceView)
        (request: RangeRequest)
        (range: KeyRange)
        (at: Revision)
        =
        if at = view.Revision then
            RangeReply(view.Revision, Array.Empty<Row>(), int64 (view.Count range), false)
        else
            let mutable visitor = RangeVisitor(RevisionFilter request, at, 0, true, 0)
            scan view range false &visitor
            RangeReply(view.Revision, Array.Empty<Row>(), visitor.Count, false)

    /// One key: what most reads ask for, in one descent.
    let private readSingle
        (view: KeyspaceView)
        (request: RangeRequest)
        (key: KeySlice)
        (at: Revision)
        =
        let row =
            if at = view.Revision then
                view.Newest key
            else
                view.At(key, at)

        let count = if isNull row then 0L else 1L

        if isNull row || request.CountOnly || not ((RevisionFilter request).Passes row) then
            RangeReply(view.Revision, Array.Empty<Row>(), count, false)
        else
            RangeReply(view.Revision, [| row |], count, false)

    /// Reads an interval; an error comes with a null reply.
    let read (view: KeyspaceView) (request: RangeRequest) : struct (StoreError * RangeReply) =
        let at =
            if request.Revision <= 0L then
                view.Revision
            else
                request.Revision

        if at > view.Revision then
            struct (StoreError.FutureRevision, null)
        elif at < view.CompactRevision then
            struct (StoreError.Compacted, null)
        else
            let range = KeyRange.Of(request.Key, request.RangeEnd)

            let reply =
                if range.IsSingle then
                    readSingle view request range.Lower at
                elif request.CountOnly then
                    readCount view request range at
                else
                    readRows view request range at

            struct (StoreError.None, reply)

    /// Collects the living keys' newest rows of an interval, in key order.
    let living (view: KeyspaceView) (range: KeyRange) : Row[] =
        let capacity = if range.IsSingle then 1 else view.Count range

        let mutable visitor =
            RangeVisitor(
                Unchecked.defaultof<RevisionFilter>,
                Int64.MaxValue,
                Int32.MaxValue,
                false,
                capacity
            )

        scan view range false &visitor
        trimmed visitor
