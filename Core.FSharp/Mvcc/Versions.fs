// The retained versions of one key, oldest first. Most keys have one, so the representation grows
// with need: the row itself, a small array, and a tree from there on. It is an `obj` to spare a
// wrapper for each key; only this file looks inside.
namespace Kv.Core.Mvcc

open System
open System.Collections.Generic
open Kv.Core

/// Versions of a key with many of them.
[<Sealed; AllowNullLiteral>]
type private VersionTree(tree: HistoryTree) =
    member _.Tree = tree

[<RequireQualifiedAccess>]
module internal Versions =
    /// Most versions kept in an array; appending copies it.
    [<Literal>]
    let private ArrayMax = 32

    /// A tree that shrinks to this becomes an array again.
    [<Literal>]
    let private TreeMin = 16

    let private treeOf (versions: obj) : HistoryTree = (versions :?> VersionTree).Tree

    /// A single version.
    let single (row: Row) : obj = row

    /// The newest version; a tombstone if the key is deleted.
    let newest (versions: obj) : Row =
        match versions with
        | :? Row as row -> row
        | :? (Row[]) as rows -> rows[rows.Length - 1]
        | _ ->
            let mutable item = Unchecked.defaultof<HistoryItem>
            (treeOf versions).TryLast(&item) |> ignore
            item.Row

    let count (versions: obj) : int =
        match versions with
        | :? Row -> 1
        | :? (Row[]) as rows -> rows.Length
        | _ -> (treeOf versions).Weight

    /// Number of rows of the array that are at or before `revision`.
    let private countAt (rows: Row[]) (revision: Revision) : int =
        let mutable low = 0
        let mutable high = rows.Length

        while low < high do
            let middle = (low + high) >>> 1

            if rows[middle].ModRevision <= revision then
                low <- middle + 1
            else
                high <- middle

        low

    /// The newest version at or before `revision`, maybe a tombstone; null if there is none.
    let at (versions: obj) (revision: Revision) : Row =
        match versions with
        | :? Row as row -> if row.ModRevision <= revision then row else null
        | :? (Row[]) as rows ->
            let known = countAt rows revision
            if known = 0 then null else rows[known - 1]
        | _ ->
            let mutable item = Unchecked.defaultof<HistoryItem>

            if (treeOf versions).TryFloor(RevisionKey.EndOf revision, &item) then
                item.Row
            else
                null

    /// The versions with one more, which must be newer than all.
    let append (token: EditToken) (row: Row) (versions: obj) : obj =
        match versions with
        | :? Row as first -> [| first; row |] :> obj
        | :? (Row[]) as rows when rows.Length < ArrayMax ->
            let longer = Array.zeroCreate<Row>(rows.Length + 1)
            Array.Copy(rows, longer, rows.Length)
            longer[rows.Length] <- row
            longer :> obj
        | :? (Row[]) as rows ->
            let items = Array.zeroCreate<HistoryItem>(rows.Length + 1)

            for i in 0 .. rows.Length - 1 do
                items[i] <- HistoryItem rows[i]

            items[rows.Length] <- HistoryItem row
            VersionTree(HistoryTree.Build(items, items.Length)) :> obj
        | _ -> VersionTree((treeOf versions).Put(token, RevisionKey row, HistoryItem row)) :> obj

    /// Versions from an ascending run of rows, at least one.
    let ofRows (rows: Row[]) (start: int) (count: int) : obj =
        if count = 1 then
            rows[start] :> obj
        elif count <= ArrayMax then
            Array.sub rows start count :> obj
        else
            let items = Array.init count (fun i -> HistoryItem rows[start + i])
            VersionTree(HistoryTree.Build(items, count)) :> obj

    /// How many of the oldest versions compaction at `compacted` makes unreachable: all before the
    /// newest at or before it, and that one too if it is a tombstone from before it.
    let deadCount (versions: obj) (compacted: Revision) : int =
        let last = at versions compacted

        if isNull last then
            0
        else
            let alive = not last.IsTombstone || last.ModRevision = compacted

            let before =
                match versions with
                | :? Row -> 0
                | :? (Row[]) as rows -> countAt rows compacted - 1
                | _ -> (treeOf versions).WeightBelow(RevisionKey last)

            if alive then before else before + 1

    /// Whether compaction at `compacted` keeps this version.
    let isRetained (versions: obj) (row: Row) (compacted: Revision) : bool =
        row.ModRevision > compacted
        || (Object.ReferenceEquals(at versions compacted, row)
            && (not row.IsTombstone || row.ModRevision = compacted))

    /// Adds to `into` the versions from the one with this number (0: the oldest) on, until it holds
    /// `rowsMax`.
    let copyTo (into: List<Row>) (rowsMax: int) (first: int) (versions: obj) : unit =
        match versions with
        | :? Row as row ->
            if first = 0 && into.Count < rowsMax then
                into.Add row
        | :? (Row[]) as rows ->
            let mutable i = first

            while i < rows.Length && into.Count < rowsMax do
                into.Add rows[i]
                i <- i + 1
        | _ ->
            let tree = treeOf versions
            let mutable item = Unchecked.defaultof<HistoryItem>

            if first < tree.Weight && into.Count < rowsMax then
                tree.TryAt(first, &item) |> ignore
                let mutable collector = RowCollector(into, rowsMax)
                tree.ScanFrom(RevisionKey item.Row, false, &collector) |> ignore

    /// The versions without the `count` oldest; null if that is all of them.
    let dropOldest (token: EditToken) (count: int) (versions: obj) : obj =
        match versions with
        | :? Row -> if count = 0 then versions else null
        | :? (Row[]) as rows ->
            let left = rows.Length - count
            if left = 0 then null else ofRows rows count left
        | _ ->
            let mutable tree = treeOf versions
            let mutable item = Unchecked.defaultof<HistoryItem>

            for _ in 1..count do
                tree.TryAt(0, &item) |> ignore
                tree <- tree.Remove(token, RevisionKey item.Row)

            if tree.IsEmpty then
                null
            elif tree.Weight > TreeMin then
                VersionTree tree :> obj
            else
                let rows = List<Row>(TreeMin)
                let mutable collector = RowCollector(rows, Int32.MaxValue)
                tree.ScanAll(false, &collector) |> ignore
                ofRows (rows.ToArray()) 0 rows.Count
