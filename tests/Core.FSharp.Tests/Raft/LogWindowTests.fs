// The log window against an array: whatever is done to any version, every version stays what it was.
namespace Kv.Core.Tests.Raft

open System
open Kv.Core
open Kv.Core.Raft
open FsCheck.Xunit
open Xunit

/// What the window should be: the entries behind a place, as an array.
[<NoComparison; NoEquality>]
type internal Model = {
    Base: LogIndex
    BaseTerm: Term
    Entries: Entry[]
}

type LogWindowTests() =
    let entry (index: LogIndex) (term: Term) (size: int) =
        Entry(index, term, EntryKind.Normal, ReadOnlyMemory(Array.zeroCreate<byte> size))

    let size (e: Entry) =
        int64 (e.Data.Length + Limits.entryOverheadBytes)

    let last (model: Model) =
        model.Base + uint64 model.Entries.Length

    let expectEqual (model: Model) (window: LogWindow) =
        Assert.Equal(model.Base, window.BaseIndex)
        Assert.Equal(model.BaseTerm, window.BaseTerm)
        Assert.Equal(model.Entries.Length, window.Count)
        Assert.Equal(last model, window.LastIndex)
        Assert.Equal(Array.sumBy size model.Entries, window.Bytes)
        let slice = window.Slice(window.FirstIndex, window.LastIndex)
        Assert.Equal(model.Entries.Length, slice.Length)

        for i in 0 .. model.Entries.Length - 1 do
            let index = model.Base + uint64 i + 1UL
            Assert.Same(model.Entries[i], window[index])
            Assert.Same(model.Entries[i], slice[i])
            Assert.True(window.Holds(index, model.Entries[i].Term))
            Assert.Equal(ValueSome model.Entries[i].Term, window.TermAt index)

        Assert.Equal(ValueNone, window.TermAt(last model + 1UL))
        Assert.Equal(ValueSome model.BaseTerm, window.TermAt model.Base)

    /// One random operation on a random version; the result is a new version.
    let change (random: Random) (model: Model, window: LogWindow) =
        let term =
            if model.Entries.Length = 0 then
                model.BaseTerm
            else
                (Array.last model.Entries).Term

        match random.Next 4 with
        | 0 when model.Entries.Length > 0 ->
            let kept = random.Next model.Entries.Length

            {
                model with
                    Entries = Array.truncate kept model.Entries
            },
            window.TruncateFrom(model.Base + uint64 kept + 1UL)
        | 1 when model.Entries.Length > 0 ->
            let dropped = 1 + random.Next model.Entries.Length

            {
                Base = model.Base + uint64 dropped
                BaseTerm = model.Entries[dropped - 1].Term
                Entries = Array.skip dropped model.Entries
            },
            window.DropThrough(model.Base + uint64 dropped)
        | _ ->
            let first = last model + 1UL

            let added =
                Array.init (random.Next 300) (fun i ->
                    entry (first + uint64 i) (term + uint64 (i / 50)) (random.Next 20))

            {
                model with
                    Entries = Array.append model.Entries added
            },
            window.Append added

    [<Property(MaxTest = 40)>]
    member _.``Every version equals its model, whatever happens to the others``(seed: int) =
        let random = Random seed
        let versions = ResizeArray()

        versions.Add(
            ({
                Base = 7UL
                BaseTerm = 2UL
                Entries = [||]
             },
             LogWindow.Empty(7UL, 2UL))
        )

        for _ in 1..25 do
            // Mostly the newest version goes on; sometimes an old one branches off.
            let chosen =
                if random.Next 4 = 0 then
                    random.Next versions.Count
                else
                    versions.Count - 1

            versions.Add(change random versions[chosen])

        for model, window in versions do
            expectEqual model window

    [<Property(MaxTest = 60)>]
    member _.``Questions about parts agree with the model``(seed: int) =
        let random = Random seed

        let entries =
            Array.init (1 + random.Next 400) (fun i ->
                entry (uint64 i + 1UL) (uint64 (1 + i / 30)) (random.Next 30))

        let window = (LogWindow.Empty(0UL, 0UL)).Append entries
        let first = 1 + random.Next entries.Length
        let bytesMax = int64 (random.Next 3000)
        let part = window.SliceWithin(uint64 first, bytesMax)

        let expected =
            let mutable total = 0L

            entries[first - 1 ..]
            |> Array.takeWhile (fun e ->
                total <- total + size e
                total <= bytesMax)

        Assert.Equal(max 1 expected.Length, part.Length)
        Assert.Same(entries[first - 1], part[0])

        let tail = window.TailStart(uint64 first, bytesMax)
        Assert.True(window.BytesBetween(tail + 1UL, uint64 first) <= bytesMax)
        Assert.True(tail = 0UL || window.BytesBetween(tail, uint64 first) > bytesMax)

        let term = uint64 (random.Next 14)
        let agreed = window.LastNotAbove(uint64 first, term)
        Assert.True(agreed <= uint64 first)
        Assert.True(agreed = 0UL || window[agreed].Term <= term)
        Assert.True(agreed = uint64 first || window[agreed + 1UL].Term > term)

        Assert.Equal(
            entries[first - 1 ..] |> Array.sumBy (fun e -> int64 e.Data.Length),
            window.DataBytesBetween(uint64 first, window.LastIndex)
        )

    [<Fact>]
    member _.``Entries that do not follow on are a broken invariant``() =
        let window = LogWindow.Empty(5UL, 1UL)

        let error =
            Assert.Throws<InvariantException>(fun () ->
                window.Append [| entry 7UL 1UL 0 |] |> ignore)

        Assert.Equal("log-window-gap", error.Id)

    [<Fact>]
    member _.``What was appended last is handed out without copying``() =
        let entries = Array.init 200 (fun i -> entry (uint64 i + 1UL) 1UL 3)
        let window = (LogWindow.Empty(0UL, 0UL)).Append entries
        Assert.Same(entries, window.Slice(1UL, 200UL))
        Assert.Same(entries, window.SliceWithin(1UL, 1_000_000L))

type FifoTests() =
    [<Property>]
    member _.``A queue is a list``(operations: int list) =
        let mutable queue = Fifo<int>.Empty
        let mutable model: int list = []

        for operation in operations do
            if operation % 3 = 0 && not queue.IsEmpty then
                Assert.Equal(List.head model, queue.Oldest)
                queue <- queue.Dequeue()
                model <- List.tail model
            else
                queue <- queue.Enqueue operation
                model <- model @ [ operation ]
                Assert.Equal(operation, queue.Newest)

            Assert.Equal(model.Length, queue.Count)
            Assert.Equal<int>(List.toArray model, queue.ToArray())
            Assert.Equal<int>(queue.ToArray(), (Fifo<int>.OfArray(queue.ToArray())).ToArray())

    [<Property>]
    member _.``SplitMix stays in range and repeats itself``(seed: uint64) =
        let struct (value, next) = SplitMix.between 10 20 seed
        Assert.InRange(value, 10, 19)
        Assert.Equal(struct (value, next), SplitMix.between 10 20 seed)
        Assert.NotEqual(seed, next)
