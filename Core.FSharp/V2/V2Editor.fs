// Applying writes to a working copy of the v2 tree: one editor for one batch of entries. A write
// either does all it should and gets the next store index, or changes nothing and says why
// (etcd-facts §5.1, §5.3).
namespace Kv.Core.V2

open System
open System.Collections.Generic
open System.Globalization
open System.Text
open Kv.Core

/// The way from the root to a path: what is there of it.
[<Struct; NoEquality; NoComparison>]
type private V2Way =
    val Names: byte[][]
    /// The root and the nodes below it, as far as they are there.
    val Nodes: V2Node[]
    /// How many of `Nodes` are set.
    val Depth: int

    new(names, nodes, depth) =
        {
            Names = names
            Nodes = nodes
            Depth = depth
        }

    member this.IsThere = this.Depth = this.Names.Length + 1
    /// The last node that is there.
    member this.Last = this.Nodes[this.Depth - 1]

/// A working copy of the v2 store. Not shared: one owner, one thread, one batch.
[<Sealed; AllowNullLiteral>]
type internal V2Editor(start: V2State, token: EditToken) =
    /// Ends before this are nonsense that some clients send (etcd: 2000-01-01), and mean never.
    [<Literal>]
    let EndMinNs = 946_684_800_000_000_000L

    let none = Array.Empty<V2Change>()
    let rootPath = ReadOnlyMemory<byte>("/"B)
    let counts = Array.copy start.Counts
    let mutable root = start.Root
    let mutable index = start.Index
    let mutable endings = start.Endings
    let mutable events = start.Events

    let refused (code: V2Code) (cause: byte[]) : struct (V2Error * V2Change) =
        struct (V2Error(code, ReadOnlyMemory<byte> cause, index), null)

    let rootIsReadOnly () : struct (V2Error * V2Change) =
        struct (V2Error(V2Code.RootReadOnly, rootPath, index), null)

    let walk (path: byte[]) : V2Way =
        let names = V2Path.Names path
        let nodes = Array.zeroCreate<V2Node>(names.Length + 1)
        nodes[0] <- root
        let mutable depth = 1
        let mutable child = root

        while depth <= names.Length && not (isNull child) do
            child <- nodes[depth - 1].Child names[depth - 1]

            if not (isNull child) then
                nodes[depth] <- child
                depth <- depth + 1

        V2Way(names, nodes, depth)

    /// Why the way does not lead to its end.
    let astray (way: V2Way) : struct (V2Error * V2Change) =
        if way.Last.IsDirectory then
            refused V2Code.KeyNotFound (V2Path.OfNames(way.Names, way.Depth))
        else
            refused V2Code.NotDirectory (V2Path.OfNames(way.Names, way.Depth - 1))

    /// Hangs `leaf` (or nothing, if null) at the end of a way of which all directories are there.
    let place (way: V2Way) (leaf: V2Node) : unit =
        let mutable node = leaf

        for i in way.Names.Length - 1 .. -1 .. 0 do
            let parent = way.Nodes[i]
            let name = KeySlice way.Names[i]

            let children =
                if isNull node then
                    parent.ChildTree.Remove(token, name)
                else
                    parent.ChildTree.Put(token, name, node)

            node <- V2Node.withChildren children parent

        root <- node

    let note (path: byte[]) (before: int64) (after: int64) : unit =
        if before <> after then
            if before <> 0L then
                endings <- endings.Remove(token, V2Ending(before, path))

            if after <> 0L then
                let ending = V2Ending(after, path)
                endings <- endings.Put(token, ending, ending)

    /// Forgets the ends of a node that is gone, and of everything in it.
    let forget (path: byte[]) (node: V2Node) : unit =
        if not endings.IsEmpty then
            let waiting = Stack<struct (byte[] * V2Node)>()
            waiting.Push(struct (path, node))

            while waiting.Count > 0 do
                let struct (path, node) = waiting.Pop()
                note path node.ExpiresNs 0L

                if node.ChildCount > 0 then
                    for child in node.Children() do
                        waiting.Push(struct (V2Path.Child(path, child.NameBytes), child))

    /// Gives the event the next index, which its image must carry already.
    let record (event: V2Event) (removed: V2Node) : struct (V2Error * V2Change) =
        index <- index + 1UL
        check "v2.index" (event.Index = index) "an event out of order"
        events <- events.Put(token, index, event)

        if events.Weight > V2Limits.Events then
            events <- events.Remove(token, index - uint64 V2Limits.Events)

        struct (null, V2Change(event, removed))

    let number (value: uint64) =
        value.ToString CultureInfo.InvariantCulture

    /// Why the node does not compare, in etcd's words; null if it does.
    let difference (request: V2Request) (node: V2Node) : byte[] =
        let isSameIndex =
            request.PreviousIndex = 0UL || request.PreviousIndex = node.ModifiedIndex

        let isSameValue =
            request.PreviousValue.IsEmpty
            || request.PreviousValue.Span.SequenceEqual node.Value.Span

        if isSameIndex && isSameValue then
            null
        else
            let cause = FieldWriter(64 + request.PreviousValue.Length + node.Value.Length)

            let text (part: string) =
                cause.Raw(ReadOnlySpan<byte>(Encoding.ASCII.GetBytes part))

            if not isSameValue then
                text "["
                cause.Raw request.PreviousValue.Span
                text " != "
                cause.Raw node.Value.Span
                text "]"

            if not isSameIndex then
                text (if isSameValue then "[" else " [")
                text (number request.PreviousIndex)
                text " != "
                text (number node.ModifiedIndex)
                text "]"

            cause.Written.ToArray()

    /// The way to a new node with every directory on it: those that are missing are new.
    let clear (way: V2Way) : V2Way =
        let parents = way.Names.Length

        for i in way.Depth .. parents - 1 do
            way.Nodes[i] <- V2Node.directory way.Names[i - 1] (index + 1UL) 0L

        way

    let create
        (action: V2Action)
        (path: byte[])
        (value: ReadOnlyMemory<byte>)
        (request: V2Request)
        =
        let way = walk path

        if path.Length = 0 then
            rootIsReadOnly ()
        elif not way.Last.IsDirectory && not way.IsThere then
            astray way
        elif way.IsThere && action <> V2Action.Set then
            refused V2Code.KeyExists path
        elif way.IsThere && way.Last.IsDirectory then
            refused V2Code.NotFile path
        else
            let before = if way.IsThere then way.Last else null
            let name = way.Names[way.Names.Length - 1]

            let endNs =
                if request.ExpiresNs < EndMinNs then
                    0L
                else
                    request.ExpiresNs

            let node =
                if request.IsDirectory then
                    V2Node.directory name (index + 1UL) endNs
                else
                    V2Node.file name (Mvcc.RowBytes.retained value) (index + 1UL) endNs

            place (clear way) node
            note path (if isNull before then 0L else before.ExpiresNs) endNs

            let previous =
                if isNull before then
                    null
                else
                    V2Image.ofNode path request.NowNs before

            let image = V2Image.ofNode path request.NowNs node

            record
                (V2Event(action, image, previous, request.IsRefresh && action = V2Action.Set))
                null

    let set (path: byte[]) (request: V2Request) =
        if not request.IsRefresh then
            create V2Action.Set path request.Value request
        else
            let way = walk path

            if way.IsThere then
                create V2Action.Set path way.Last.Value request
            else
                astray way

    let createInOrder (path: byte[]) (request: V2Request) =
        let name = (index + 1UL).ToString("D20", CultureInfo.InvariantCulture)
        let path = V2Path.Child(path, Encoding.ASCII.GetBytes name)
        create V2Action.Create path request.Value request

    /// Writes value and end of a node that is there.
    let change (action: V2Action) (path: byte[]) (way: V2Way) (request: V2Request) =
        let before = way.Last

        let value =
            if request.IsRefresh || before.IsDirectory then
                before.Value
            else
                Mvcc.RowBytes.retained request.Value

        let node = V2Node.changed value (index + 1UL) request.ExpiresNs before
        place way node
        note path before.ExpiresNs request.ExpiresNs
        let previous = V2Image.ofNode path request.NowNs before
        let image = V2Image.ofNode path request.NowNs node
        record (V2Event(action, image, previous, request.IsRefresh)) null

    let update (path: byte[]) (request: V2Request) =
        let way = walk path

        if path.Length = 0 then
            rootIsReadOnly ()
        elif not way.IsThere then
            astray way
        elif way.Last.IsDirectory && not request.Value.IsEmpty then
            refused V2Code.NotFile path
        else
            change V2Action.Update path way request

    /// Goes on if there is a file that compares as the request wants.
    let compared
        (path: byte[])
        (request: V2Request)
        (goOn: V2Way -> struct (V2Error * V2Change))
        : struct (V2Error * V2Change) =
        let way = walk path

        if not way.IsThere then
            astray way
        elif way.Last.IsDirectory then
            refused V2Code.NotFile path
        else
            match difference request way.Last with
            | null -> goOn way
            | cause -> refused V2Code.CompareFailed cause

    let compareAndSwap (path: byte[]) (request: V2Request) =
        if path.Length = 0 then
            rootIsReadOnly ()
        else
            compared path request (fun way -> change V2Action.CompareAndSwap path way request)

    let remove (action: V2Action) (path: byte[]) (way: V2Way) (nowNs: int64) =
        let node = way.Last
        place way null
        forget path node
        let image = V2Image.removed path (index + 1UL) node
        let previous = V2Image.ofNode path nowNs node
        record (V2Event(action, image, previous, false)) node

    let delete (path: byte[]) (request: V2Request) =
        let way = walk path

        if path.Length = 0 then
            rootIsReadOnly ()
        elif not way.IsThere then
            astray way
        elif way.Last.IsDirectory && not (request.IsDirectory || request.IsRecursive) then
            refused V2Code.NotFile path
        elif way.Last.ChildCount > 0 && not request.IsRecursive then
            refused V2Code.DirectoryNotEmpty path
        else
            remove V2Action.Delete path way request.NowNs

    let compareAndDelete (path: byte[]) (request: V2Request) =
        compared path request (fun way -> remove V2Action.CompareAndDelete path way request.NowNs)

    let count (counter: V2Counter) : unit =
        counts[int counter] <- counts[int counter] + 1UL

    let counterOf (operation: V2Operation) : V2Counter =
        match operation with
        | V2Operation.Set -> V2Counter.SetSuccess
        | V2Operation.Create
        | V2Operation.CreateInOrder -> V2Counter.CreateSuccess
        | V2Operation.Update -> V2Counter.UpdateSuccess
        | V2Operation.CompareAndSwap -> V2Counter.CompareAndSwapSuccess
        | V2Operation.Delete -> V2Counter.DeleteSuccess
        | _ -> V2Counter.CompareAndDeleteSuccess

    let perform (path: byte[]) (request: V2Request) : struct (V2Error * V2Change) =
        match request.Operation with
        | V2Operation.Set -> set path request
        | V2Operation.Create -> create V2Action.Create path request.Value request
        | V2Operation.CreateInOrder -> createInOrder path request
        | V2Operation.Update -> update path request
        | V2Operation.CompareAndSwap -> compareAndSwap path request
        | V2Operation.Delete -> delete path request
        | _ -> compareAndDelete path request

    /// The store index now.
    member _.Index = index

    /// Does the write, or says why not: then nothing has changed but a count.
    member _.Write(request: V2Request) : struct (V2Error * V2Change[]) =
        let struct (error, change) = perform (request.Path.ToArray()) request
        let success = counterOf request.Operation

        if isNull error then
            count success
            struct (null, [| change |])
        else
            // Every failure is counted beside its success.
            count (enum<V2Counter>(int success + 1))
            struct (error, none)

    /// Ends every node whose time is over at `nowNs`, in the order of their ends.
    member _.Expire(nowNs: int64) : V2Change[] =
        let changes = List<V2Change>()
        let mutable first = Unchecked.defaultof<V2Ending>

        while endings.TryAt(0, &first) && first.AtNs <= nowNs do
            let struct (_, change) = remove V2Action.Expire first.Path (walk first.Path) nowNs
            count V2Counter.Expire
            changes.Add change

        changes.ToArray()

    /// The state after all that was done. The editor must not be used any more.
    member _.Seal() : V2State =
        V2State(root, index, endings, events, counts)
