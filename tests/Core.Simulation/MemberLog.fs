// A log as the host sees it: what persist batches put in, in order. One of these stands for the
// member's log in memory, another for what its disk would give back after a crash.
namespace Kv.Core.Simulation

open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft

/// Entries behind a base (the snapshot the log starts from), without gaps.
[<Sealed>]
type MemberLog() =
    let entries = List<Entry>()
    let mutable baseIndex: LogIndex = 0UL
    let mutable baseTerm: Term = 0UL

    /// The last index covered by the snapshot the log starts behind.
    member _.BaseIndex = baseIndex
    member _.LastIndex: LogIndex = baseIndex + uint64 entries.Count

    /// Forgets everything and starts behind this point.
    member _.Reset(index: LogIndex, term: Term) =
        entries.Clear()
        baseIndex <- index
        baseTerm <- term

    /// The entry at an index in (BaseIndex, LastIndex].
    member _.Item
        with get (index: LogIndex): Entry = entries[int (index - baseIndex - 1UL)]

    /// The term at the base or behind it; no value outside.
    member this.TermAt(index: LogIndex) : Term voption =
        if index = baseIndex then
            ValueSome baseTerm
        elif index < baseIndex || index > this.LastIndex then
            ValueNone
        else
            ValueSome this[index].Term

    /// Whether this log holds the entry, or a snapshot that covers it.
    member this.Holds(index: LogIndex, term: Term) : bool =
        index <= baseIndex || this.TermAt index = ValueSome term

    /// Appends; replaces everything from the first entry's index on. The first entry must
    /// follow the base or an entry that is there.
    member _.Append(batch: Entry[], count: int) =
        if count > 0 then
            let keep = int (batch[0].Index - baseIndex - 1UL)
            entries.RemoveRange(keep, entries.Count - keep)

            for i in 0 .. count - 1 do
                entries.Add batch[i]

    /// Moves the base forward, keeping what is behind it.
    member this.DropThrough(index: LogIndex) =
        match this.TermAt index with
        | ValueSome term ->
            entries.RemoveRange(0, int (index - baseIndex))
            baseIndex <- index
            baseTerm <- term
        | ValueNone -> ()

    /// The entries behind this index, which must be in [BaseIndex, LastIndex].
    member _.After(index: LogIndex) : Entry[] =
        let skip = int (index - baseIndex)
        entries.GetRange(skip, entries.Count - skip).ToArray()
