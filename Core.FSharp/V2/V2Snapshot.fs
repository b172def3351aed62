// The v2 store as snapshot blocks, canonical like the rest: one Head (index, counts, how much
// follows), Nodes (depth first, names ascending, each with its depth, the root left out), Events
// (oldest first). What ends when is not written: the nodes say it.
namespace Kv.Core.V2

open System
open System.Collections.Generic
open Kv.Core

[<RequireQualifiedAccess>]
module internal V2Blocks =
    [<Literal>]
    let Head = 40uy

    [<Literal>]
    let Nodes = 41uy

    [<Literal>]
    let Events = 42uy

    /// Node and image flag: a directory; no value follows.
    [<Literal>]
    let Directory = 1uy

    /// Node and image flag: the end follows.
    [<Literal>]
    let Ends = 2uy

    /// Image flag: a value follows.
    [<Literal>]
    let Value = 4uy

    /// Event flag: watchers are not told.
    [<Literal>]
    let Refresh = 1uy

    /// Event flag: the node before follows.
    [<Literal>]
    let Previous = 2uy

    /// Far beyond what can be reached by writing; sums of indexes below it cannot overflow.
    [<Literal>]
    let IndexMax = 0x3FFF_FFFF_FFFF_FFFFUL

/// Writes the v2 blocks of a state. A block is closed when it has reached `blockBytes`.
[<Sealed>]
type internal V2BlockWriter(state: V2State, blockBytes: int) =
    // The directories being written: what is in them, and how far they are.
    let frames = Stack<struct (V2Node[] * int)>()
    let events = state.EventsAfter 0UL
    let mutable nextEvent = 0
    do frames.Push(struct (state.Root.Children(), 0))

    let countNodes () : uint64 =
        let waiting = Stack<V2Node>()
        let mutable count = 0UL
        waiting.Push state.Root

        while waiting.Count > 0 do
            let node = waiting.Pop()
            count <- count + uint64 node.ChildCount

            for child in node.Children() do
                if child.ChildCount > 0 then
                    waiting.Push child

        count

    let writeNode (writer: FieldWriter) (node: V2Node) =
        writer.Varint(uint64 frames.Count)

        writer.Byte(
            (if node.IsDirectory then V2Blocks.Directory else 0uy)
            ||| (if node.ExpiresNs <> 0L then V2Blocks.Ends else 0uy)
        )

        writer.Bytes node.Name.Span
        writer.Varint node.CreatedIndex
        writer.Varint node.ModifiedIndex

        if node.ExpiresNs <> 0L then
            writer.Signed node.ExpiresNs

        if not node.IsDirectory then
            writer.Bytes node.Value.Span

    let writeImage (writer: FieldWriter) (image: V2Image) =
        writer.Byte(
            (if image.IsDirectory then V2Blocks.Directory else 0uy)
            ||| (if image.ExpiresNs <> 0L then V2Blocks.Ends else 0uy)
            ||| (if image.HasValue then V2Blocks.Value else 0uy)
        )

        writer.Bytes image.Path.Span
        writer.Varint image.CreatedIndex
        writer.Varint image.ModifiedIndex

        if image.ExpiresNs <> 0L then
            writer.Signed image.ExpiresNs
            writer.Signed image.TtlSeconds

        if image.HasValue then
            writer.Bytes image.Value.Span

    let writeEvent (writer: FieldWriter) (event: V2Event) =
        writer.Byte(byte event.Action)

        writer.Byte(
            (if event.IsRefresh then V2Blocks.Refresh else 0uy)
            ||| (if isNull event.Previous then 0uy else V2Blocks.Previous)
        )

        writeImage writer event.Node

        if not (isNull event.Previous) then
            writeImage writer event.Previous

    member _.WriteHead(writer: FieldWriter) : unit =
        writer.Varint state.Index

        for count in state.Counts do
            writer.Varint count

        writer.Varint(countNodes ())
        writer.Varint(uint64 events.Length)

    /// All nodes have been written.
    member _.IsPastNodes = frames.Count = 0

    /// Writes nodes until the block is full or there are no more.
    member _.WriteNodes(writer: FieldWriter) : unit =
        while frames.Count > 0 && writer.Length < blockBytes do
            let struct (children, at) = frames.Pop()

            if at < children.Length then
                frames.Push(struct (children, at + 1))
                writeNode writer children[at]

                if children[at].ChildCount > 0 then
                    frames.Push(struct (children[at].Children(), 0))

        // Directories that are finished say nothing more.
        while frames.Count > 0
              && (let struct (children, at) = frames.Peek()
                  at = children.Length) do
            frames.Pop() |> ignore

    /// All events have been written.
    member _.IsPastEvents = nextEvent = events.Length

    /// Writes events until the block is full or there are no more.
    member _.WriteEvents(writer: FieldWriter) : unit =
        while nextEvent < events.Length && writer.Length < blockBytes do
            writeEvent writer events[nextEvent]
            nextEvent <- nextEvent + 1

/// A directory being read, with what was read of it.
[<Sealed>]
type private V2OpenDirectory(path: byte[], node: V2Node) =
    member _.Path = path
    member _.Node = node
    member val Children = List<V2Node>()

    member this.Build() : V2Node =
        let children = V2ChildTree.Build(this.Children.ToArray(), this.Children.Count)
        V2Node.withChildren children node

/// Rebuilds a v2 store from its blocks. Total: what the editor relies on is checked here.
[<Sealed; AllowNullLiteral>]
type internal V2BlockReader() =
    let counts = Array.zeroCreate<uint64> V2Limits.Counters
    let opened = Stack<V2OpenDirectory>()
    let endings = List<V2Ending>()
    let events = List<V2Event>()
    let mutable index = 0UL
    let mutable nodesLeft = 0UL
    let mutable eventsLeft = 0UL
    // The last node read, while it is not known whether something is in it.
    let mutable pending: V2Node = null

    do opened.Push(V2OpenDirectory(Array.Empty<byte>(), V2Node.root))

    let isIndex (value: uint64) = value >= 1UL && value <= index

    /// Puts the pending node into its directory, as it stands.
    let settle () =
        if not (isNull pending) then
            opened.Peek().Children.Add pending
            pending <- null

    let closeTo (depth: int) =
        settle ()

        while opened.Count > depth do
            let node = opened.Pop().Build()
            opened.Peek().Children.Add node

    /// Makes the directory at that depth the one that takes the next node; false if there is none.
    let enter (depth: uint64) : bool =
        if depth = uint64 opened.Count + 1UL && not (isNull pending) && pending.IsDirectory then
            let path = V2Path.Child(opened.Peek().Path, pending.NameBytes)
            opened.Push(V2OpenDirectory(path, pending))
            pending <- null
            true
        elif depth >= 1UL && depth <= uint64 opened.Count then
            closeTo (int depth)
            true
        else
            false

    let isInOrder (name: byte[]) : bool =
        let before = opened.Peek().Children

        before.Count = 0
        || before[before.Count - 1].NameBytes.AsSpan().SequenceCompareTo(ReadOnlySpan<byte> name) <
            0

    let readNode (reader: byref<FieldReader>) =
        let depth = reader.Varint()
        let flags = reader.ByteUpTo(V2Blocks.Directory ||| V2Blocks.Ends)
        let name = reader.Bytes().ToArray()
        let created = reader.Varint()
        let modified = reader.Varint()
        let hasEnd = flags &&& V2Blocks.Ends <> 0uy
        let expiresNs = if hasEnd then reader.Signed() else 0L
        let isDirectory = flags &&& V2Blocks.Directory <> 0uy

        let value =
            if isDirectory then
                ReadOnlyMemory<byte>.Empty
            else
                ReadOnlyMemory<byte>(reader.Bytes().ToArray())

        if
            reader.IsFailed
            || nodesLeft = 0UL
            || not (V2Path.IsName name)
            || not (isIndex created)
            || not (isIndex modified)
            || hasEnd <> (expiresNs <> 0L)
            || not (enter depth)
            || not (isInOrder name)
        then
            reader.Fail()
        else
            nodesLeft <- nodesLeft - 1UL

            pending <-
                V2Node(name, value, V2ChildTree.Empty, isDirectory, created, modified, expiresNs)

            if hasEnd then
                endings.Add(V2Ending(expiresNs, V2Path.Child(opened.Peek().Path, name)))

    let readImage (reader: byref<FieldReader>) : V2Image =
        let flags = reader.ByteUpTo 7uy
        let path = reader.Bytes().ToArray()
        let created = reader.Varint()
        let modified = reader.Varint()
        let hasEnd = flags &&& V2Blocks.Ends <> 0uy
        let expiresNs = if hasEnd then reader.Signed() else 0L
        let ttlSeconds = if hasEnd then reader.Signed() else 0L
        let hasValue = flags &&& V2Blocks.Value <> 0uy
        let isDirectory = flags &&& V2Blocks.Directory <> 0uy

        let value =
            if hasValue then
                ReadOnlyMemory<byte>(reader.Bytes().ToArray())
            else
                ReadOnlyMemory<byte>.Empty

        if
            path.Length = 0
            || not (V2Path.IsCanonical path)
            || (hasValue && isDirectory)
            || hasEnd <> (expiresNs <> 0L)
        then
            reader.Fail()

        V2Image(path, value, hasValue, isDirectory, created, modified, expiresNs, ttlSeconds)

    let readEvent (reader: byref<FieldReader>) =
        let action = enum<V2Action>(int (reader.ByteUpTo(byte V2Action.Expire)))
        let flags = reader.ByteUpTo(V2Blocks.Refresh ||| V2Blocks.Previous)
        let node = readImage &reader

        let previous =
            if flags &&& V2Blocks.Previous <> 0uy then
                readImage &reader
            else
                null

        if
            reader.IsFailed
            || eventsLeft = 0UL
            || action = V2Action.Get
            || node.ModifiedIndex <> index - eventsLeft + 1UL
        then
            reader.Fail()
        else
            eventsLeft <- eventsLeft - 1UL
            events.Add(V2Event(action, node, previous, (flags &&& V2Blocks.Refresh <> 0uy)))

    /// Takes the first block.
    member _.ReadHead(reader: byref<FieldReader>) : unit =
        index <- reader.Varint()

        for i in 0 .. counts.Length - 1 do
            counts[i] <- reader.Varint()

        nodesLeft <- reader.Varint()
        eventsLeft <- reader.Varint()

        if index > V2Blocks.IndexMax || eventsLeft <> min index (uint64 V2Limits.Events) then
            reader.Fail()

    member _.ReadNodes(reader: byref<FieldReader>) : unit =
        while reader.Left > 0 do
            readNode &reader

    member _.ReadEvents(reader: byref<FieldReader>) : unit =
        while reader.Left > 0 do
            readEvent &reader

    /// The store, or null if something is missing.
    member _.Complete() : V2State =
        if nodesLeft > 0UL || eventsLeft > 0UL then
            null
        else
            closeTo 1
            let token = EditToken()
            let mutable ends = V2EndingTree.Empty

            for ending in endings do
                ends <- ends.Put(token, ending, ending)

            let known = V2EventTree.Build(events.ToArray(), events.Count)
            V2State(opened.Pop().Build(), index, ends, known, counts)
