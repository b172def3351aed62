// The v2 store as one immutable value: the tree, what in it will end and when, the newest events,
// and the counts of what was asked of it. Reading needs nothing else and takes no lock.
namespace Kv.Core.V2

open System
open System.Globalization
open System.Text
open Kv.Core

/// What the store counts. Reads are counted by each member for itself, not here.
type V2Counter =
    | SetSuccess = 0
    | SetFail = 1
    | DeleteSuccess = 2
    | DeleteFail = 3
    | UpdateSuccess = 4
    | UpdateFail = 5
    | CreateSuccess = 6
    | CreateFail = 7
    | CompareAndSwapSuccess = 8
    | CompareAndSwapFail = 9
    | CompareAndDeleteSuccess = 10
    | CompareAndDeleteFail = 11
    | Expire = 12

[<RequireQualifiedAccess>]
module internal V2Limits =
    /// Events kept for watchers that begin in the past, as etcd keeps them.
    [<Literal>]
    let Events = 1_000

    [<Literal>]
    let Counters = 13

/// A node that will end.
[<Struct; NoEquality; NoComparison>]
type internal V2Ending =
    val AtNs: int64
    val Path: byte[]
    new(atNs, path) = { AtNs = atNs; Path = path }

/// By time, then by path, so that all members end nodes in one order.
[<Struct; NoEquality; NoComparison>]
type internal V2EndingOrder =
    interface ITreeOrder<V2Ending, V2Ending, V2Ending> with
        member _.KeyOf ending = ending

        member _.Compare(probe, key) =
            match probe.AtNs.CompareTo key.AtNs with
            | 0 -> KeyOrder.compare (KeySlice probe.Path) (KeyBytes key.Path)
            | order -> order

        member _.Weight _ = 1

type internal V2EndingTree = SortedTree<V2Ending, V2Ending, V2Ending, V2EndingOrder>

[<Struct; NoEquality; NoComparison>]
type internal V2EventOrder =
    interface ITreeOrder<uint64, uint64, V2Event> with
        member _.KeyOf event = event.Index
        member _.Compare(probe, key) = probe.CompareTo key
        member _.Weight _ = 1

type internal V2EventTree = SortedTree<uint64, uint64, V2Event, V2EventOrder>

/// Finds the first event that a watcher of a path wants.
[<Struct; NoEquality; NoComparison>]
type private V2EventFinder =
    val Path: byte[]
    val IsRecursive: bool
    val mutable Found: V2Event

    new(path, isRecursive) =
        {
            Path = path
            IsRecursive = isRecursive
            Found = null
        }

    /// The end of a directory concerns everyone whose path begins like its own: so etcd reads its
    /// history, without looking for a slash.
    static member EndsAbove(event: V2Event, path: byte[]) =
        (event.Action = V2Action.Delete || event.Action = V2Action.Expire)
        && not (isNull event.Previous)
        && event.Previous.IsDirectory
        && path.AsSpan().StartsWith(ReadOnlySpan<byte> event.Previous.PathBytes)

    interface ITreeVisitor<V2Event> with
        member this.Visit event =
            let changed = event.Node.PathBytes

            let isWanted =
                not event.IsRefresh
                && (ReadOnlySpan<byte>(changed).SequenceEqual(ReadOnlySpan<byte> this.Path)
                    || (this.IsRecursive && V2Path.IsBelow(changed, this.Path))
                    || V2EventFinder.EndsAbove(event, this.Path))

            if isWanted then
                this.Found <- event

            not isWanted

[<Struct; NoEquality; NoComparison>]
type private V2EventCollector =
    val Into: System.Collections.Generic.List<V2Event>
    new(into) = { Into = into }

    interface ITreeVisitor<V2Event> with
        member this.Visit event =
            this.Into.Add event
            true

/// The v2 store at one store index: immutable, safe to read from any thread.
[<Sealed; AllowNullLiteral>]
type V2State
    internal
    (root: V2Node, index: uint64, endings: V2EndingTree, events: V2EventTree, counts: uint64[]) =

    static let empty =
        V2State(
            V2Node.root,
            0UL,
            V2EndingTree.Empty,
            V2EventTree.Empty,
            Array.zeroCreate V2Limits.Counters
        )

    static member internal Empty = empty
    member internal _.Endings = endings
    member internal _.Events = events
    member internal _.Counts = counts
    member _.Root = root

    /// Changes made so far; each has one number, the first is 1.
    member _.Index = index

    /// Nothing was ever asked of it.
    member internal _.IsUntouched = index = 0UL && Array.forall (fun n -> n = 0UL) counts

    /// Index of the oldest event that is still known; 0 if there are none.
    member _.OldestEventIndex: uint64 =
        index - uint64 events.Weight + (if events.IsEmpty then 0UL else 1UL)

    /// When the next node ends, nanoseconds since 1970; `Int64.MaxValue` for never.
    member _.NextEndNs: int64 =
        let mutable first = Unchecked.defaultof<V2Ending>

        if endings.TryAt(0, &first) then
            first.AtNs
        else
            Int64.MaxValue

    member _.Count(counter: V2Counter) : uint64 = counts[int counter]

    /// The node at a canonical path, or why there is none.
    member _.Find(path: byte[]) : struct (V2Error * V2Node) =
        let names = V2Path.Names path
        let mutable node = root
        let mutable error: V2Error = null
        let mutable depth = 0

        while isNull error && depth < names.Length do
            let next = node.Child names[depth]

            if not node.IsDirectory then
                let cause = V2Path.OfNames(names, depth)
                error <- V2Error(V2Code.NotDirectory, ReadOnlyMemory<byte> cause, index)
            elif isNull next then
                let cause = V2Path.OfNames(names, depth + 1)
                error <- V2Error(V2Code.KeyNotFound, ReadOnlyMemory<byte> cause, index)
            else
                node <- next
                depth <- depth + 1

        if isNull error then
            struct (null, node)
        else
            struct (error, null)

    /// The first event from `since` on that a watcher of `path` (and of all below it, if recursive)
    /// wants; null if it has not happened yet; an error if `since` is no longer known.
    member _.FindEvent
        (path: byte[], isRecursive: bool, since: uint64)
        : struct (V2Error * V2Event) =
        let oldest = index - uint64 events.Weight + 1UL

        if not events.IsEmpty && since < oldest then
            let cause =
                String.Format(
                    CultureInfo.InvariantCulture,
                    "the requested history has been cleared [{0}/{1}]",
                    oldest,
                    since
                )

            let cause = ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes cause)
            struct (V2Error(V2Code.EventIndexCleared, cause, index), null)
        else
            let mutable finder = V2EventFinder(path, isRecursive)
            events.ScanFrom(since, false, &finder) |> ignore
            struct (null, finder.Found)

    /// The events after an index that are still known, in order.
    member _.EventsAfter(after: uint64) : V2Event[] =
        let into = System.Collections.Generic.List<V2Event>()
        let mutable collector = V2EventCollector into
        events.ScanFrom(after + 1UL, false, &collector) |> ignore
        into.ToArray()
