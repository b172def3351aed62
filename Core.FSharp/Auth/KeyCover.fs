// Which keys a set of intervals covers, as one run of disjoint intervals in ascending order: a range may be
// read if all of it is covered, by however many permissions together (A7).
namespace Kv.Core.Auth

open System
open System.Collections.Generic
open Kv.Core

/// From `Start` on and below `End`; a null end is "everything from `Start` on".
[<Struct; NoEquality; NoComparison>]
type internal KeyInterval =
    val Start: byte[]
    val End: byte[]
    new(start, stop) = { Start = start; End = stop }

/// Disjoint intervals of keys in ascending order.
[<Sealed>]
type internal KeyCover private (intervals: KeyInterval[]) =
    static let compare (a: ReadOnlySpan<byte>) (b: byte[]) : int =
        MemoryExtensions.SequenceCompareTo(a, ReadOnlySpan<byte> b)

    static let later (a: byte[]) (b: byte[]) : byte[] =
        if isNull a || isNull b then null
        elif compare (ReadOnlySpan<byte> a) b >= 0 then a
        else b

    /// An interval that begins inside the last one, or right behind it, makes that longer.
    static let add (merged: List<KeyInterval>) (next: KeyInterval) : unit =
        let last = merged.Count - 1

        if last < 0 then
            merged.Add next
        else
            let before = merged[last]

            if isNull before.End || compare (ReadOnlySpan<byte> next.Start) before.End <= 0 then
                merged[last] <- KeyInterval(before.Start, later before.End next.End)
            else
                merged.Add next

    /// The last interval that does not begin behind the key; -1 if there is none.
    let find (key: ReadOnlySpan<byte>) : int =
        let mutable low = 0
        let mutable high = intervals.Length

        while low < high do
            let middle = (low + high) >>> 1

            if compare key intervals[middle].Start >= 0 then
                low <- middle + 1
            else
                high <- middle

        low - 1

    static member Of(intervals: IEnumerable<KeyInterval>) : KeyCover =
        let sorted = List<KeyInterval> intervals
        sorted.Sort(fun a b -> compare (ReadOnlySpan<byte> a.Start) b.Start)
        let merged = List<KeyInterval> sorted.Count

        for interval in sorted do
            add merged interval

        KeyCover(merged.ToArray())

    /// Whether all keys of an interval in etcd's notation are covered; of an interval that holds no key,
    /// whether the key it begins with is, as in etcd.
    member _.Covers(key: ReadOnlySpan<byte>, rangeEnd: ReadOnlySpan<byte>) : bool =
        let at = find key

        if at < 0 then
            false
        else
            let stop = intervals[at].End
            let isInside = isNull stop || compare key stop < 0
            let isOpen = rangeEnd.Length = 1 && rangeEnd[0] = 0uy
            let isBounded = rangeEnd.Length > 0 && not isOpen

            isInside
            && (isNull stop || not isOpen)
            && (isNull stop || not isBounded || compare rangeEnd stop <= 0)
