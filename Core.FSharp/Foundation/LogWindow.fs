namespace Kv.Core

open System
open System.Threading
open Kv.Core.Raft

/// A run of slots that is filled from the left, once: `TryClaim` hands each free slot to one writer
/// only, so versions that share a run never see each other's later entries.
[<Sealed; AllowNullLiteral>]
type private Chunk(filled: int) =
    let mutable filled = filled
    let entries = Array.zeroCreate<Entry> Chunk.Length
    let ends = Array.zeroCreate<int64> Chunk.Length
    static member Length = 128
    member _.Entries = entries
    /// Running size up to and including each entry, from an origin that all chunks share.
    member _.Ends = ends

    member _.TryClaim(from: int, count: int) =
        Interlocked.CompareExchange(&filled, from + count, from) = from

    /// A chunk that begins with the first `kept` slots of another and has `claimed` more claimed.
    static member Continue(source: Chunk, kept: int, claimed: int) =
        let chunk = Chunk(kept + claimed)

        if kept > 0 then
            Array.blit source.Entries 0 chunk.Entries 0 kept
            Array.blit source.Ends 0 chunk.Ends 0 kept

        chunk

/// The chunks of a window, filled from the left like a chunk.
[<Sealed; AllowNullLiteral>]
type private Spine(capacity: int, filled: int) =
    let mutable filled = filled
    let chunks = Array.zeroCreate<Chunk> capacity
    member _.Chunks = chunks

    member _.TryClaim(slot: int) =
        slot < capacity && Interlocked.CompareExchange(&filled, slot + 1, slot) = slot

[<Sealed>]
type internal LogWindow
    private
    (
        baseIndex: LogIndex,
        baseTerm: Term,
        baseEnd: int64,
        spine: Spine,
        start: int,
        count: int,
        newest: Entry[]
    ) =
    // `start` is the slot of the first entry; `newest` is the array last appended, kept because
    // exactly that slice is asked for by every follower, the log writer and the applier.

    static member private Grow(spine: Spine, firstSlot: int, slots: int) =
        let grown = Spine(max 8 (2 * (slots + 1)), slots)
        Array.blit spine.Chunks firstSlot grown.Chunks 0 slots
        grown

    static member Empty(index: LogIndex, term: Term) =
        LogWindow(index, term, 0L, Spine(8, 0), 0, 0, Array.Empty())

    member _.BaseIndex = baseIndex
    member _.BaseTerm = baseTerm
    member _.FirstIndex = baseIndex + 1UL
    member _.LastIndex = baseIndex + uint64 count
    member _.Count = count

    member private _.Slot(index: LogIndex) = start + int (index - baseIndex - 1UL)

    member private this.EndOf(index: LogIndex) =
        if index = baseIndex then
            baseEnd
        else
            let slot = this.Slot index
            spine.Chunks[slot / Chunk.Length].Ends[slot % Chunk.Length]

    member this.Item
        with get (index: LogIndex): Entry =
            check "log-window-range" (index > baseIndex && index <= this.LastIndex) "no such entry"
            let slot = this.Slot index
            spine.Chunks[slot / Chunk.Length].Entries[slot % Chunk.Length]

    member this.TermAt(index: LogIndex) : Term voption =
        if index = baseIndex then
            ValueSome baseTerm
        elif index < baseIndex || index > this.LastIndex then
            ValueNone
        else
            ValueSome this[index].Term

    member this.Holds(index: LogIndex, term: Term) =
        if index = baseIndex then
            term = baseTerm
        else
            index > baseIndex && index <= this.LastIndex && this[index].Term = term

    member this.LastTerm = if count = 0 then baseTerm else this[this.LastIndex].Term

    member this.BytesBetween(first: LogIndex, last: LogIndex) =
        if first > last then
            0L
        else
            this.EndOf last - this.EndOf(first - 1UL)

    member this.DataBytesBetween(first: LogIndex, last: LogIndex) =
        if first > last then
            0L
        else
            this.BytesBetween(first, last)
            - int64 (last - first + 1UL) * int64 Limits.entryOverheadBytes

    member this.Bytes = this.BytesBetween(this.FirstIndex, this.LastIndex)

    member this.Slice(first: LogIndex, last: LogIndex) : Entry[] =
        check
            "log-window-slice"
            (first > last || (first > baseIndex && last <= this.LastIndex))
            "no such entries"

        if first > last then
            Array.Empty()
        elif
            newest.Length > 0
            && newest[0].Index = first
            && newest[newest.Length - 1].Index = last
        then
            newest
        else
            let length = int (last - first + 1UL)
            let slice = Array.zeroCreate<Entry> length
            let mutable copied = 0

            while copied < length do
                let slot = this.Slot first + copied
                let offset = slot % Chunk.Length
                let run = min (Chunk.Length - offset) (length - copied)
                Array.blit spine.Chunks[slot / Chunk.Length].Entries offset slice copied run
                copied <- copied + run

            slice

    /// The largest index from `first` to the end for which `fits` holds; the predicate holds up to
    /// some index and not behind it. `first - 1` if it never holds.
    member private this.Search(first: LogIndex, fits: LogIndex -> bool) =
        let mutable low = first - 1UL
        let mutable high = this.LastIndex

        while low < high do
            let middle = low + (high - low + 1UL) / 2UL

            if fits middle then low <- middle else high <- middle - 1UL

        low

    member this.SliceWithin(first: LogIndex, bytesMax: int64) : Entry[] =
        if first > this.LastIndex then
            Array.Empty()
        elif this.BytesBetween(first, this.LastIndex) <= bytesMax then
            this.Slice(first, this.LastIndex)
        else
            let last =
                this.Search(first, fun index -> this.BytesBetween(first, index) <= bytesMax)

            this.Slice(first, max first last)

    member this.TailStart(last: LogIndex, bytesMax: int64) =
        if last <= baseIndex || this.BytesBetween(this.FirstIndex, last) <= bytesMax then
            baseIndex
        else
            1UL
            + this.Search(
                this.FirstIndex,
                fun index -> index < last && this.BytesBetween(index + 1UL, last) > bytesMax
            )

    member this.LastNotAbove(index: LogIndex, term: Term) =
        let mutable index = min index this.LastIndex

        while index > baseIndex && this[index].Term > term do
            index <- index - 1UL

        max index baseIndex

    member this.Append(entries: Entry[]) : LogWindow =
        let mutable spine = spine
        let mutable start = start
        let mutable written = 0
        let mutable total = this.EndOf this.LastIndex

        while written < entries.Length do
            let slot = start + count + written
            let offset = slot % Chunk.Length
            let run = min (Chunk.Length - offset) (entries.Length - written)
            let position = slot / Chunk.Length

            let owned =
                if offset = 0 then
                    spine.TryClaim position
                else
                    spine.Chunks[position].TryClaim(offset, run)

            if not owned then
                // Another version owns that room, or there is none: go on in an own copy.
                let source = if offset = 0 then null else spine.Chunks[position]
                let firstSlot = start / Chunk.Length
                spine <- LogWindow.Grow(spine, firstSlot, position - firstSlot)
                start <- start - firstSlot * Chunk.Length
                spine.TryClaim(position - firstSlot) |> ignore
                spine.Chunks[position - firstSlot] <- Chunk.Continue(source, offset, run)
            elif offset = 0 then
                spine.Chunks[position] <- Chunk run

            let slot = start + count + written
            let chunk = spine.Chunks[slot / Chunk.Length]

            for i in 0 .. run - 1 do
                let entry = entries[written + i]

                check
                    "log-window-gap"
                    (entry.Index = baseIndex + uint64 (count + written + i) + 1UL)
                    "appended entries do not follow on"

                total <- total + int64 (entry.Data.Length + Limits.entryOverheadBytes)
                chunk.Entries[offset + i] <- entry
                chunk.Ends[offset + i] <- total

            written <- written + run

        LogWindow(baseIndex, baseTerm, baseEnd, spine, start, count + entries.Length, entries)

    member this.TruncateFrom(index: LogIndex) : LogWindow =
        if index > this.LastIndex then
            this
        else
            check "log-window-truncate" (index > baseIndex) "truncated below the window"
            let kept = int (index - baseIndex - 1UL)
            LogWindow(baseIndex, baseTerm, baseEnd, spine, start, kept, Array.Empty())

    member this.DropThrough(index: LogIndex) : LogWindow =
        if index <= baseIndex then
            this
        else
            check "log-window-drop" (index <= this.LastIndex) "dropped beyond the window"
            let dropped = int (index - baseIndex)
            let term = this[index].Term
            let ends = this.EndOf index
            LogWindow(index, term, ends, spine, start + dropped, count - dropped, newest)
