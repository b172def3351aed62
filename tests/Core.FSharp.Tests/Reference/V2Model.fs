// The v2 store by its definition: a table of full paths, looked through from end to end for every
// question. Slow and plain; shares no code with the real one.
namespace Kv.Core.Tests.Reference

open System
open System.Collections.Generic
open Kv.Core.V2

type V2ModelNode = {
    IsDirectory: bool
    Value: string
    Created: uint64
    Modified: uint64
    Ends: int64
}

/// A node in an event: path, value (none for what is gone and for directories), directory, created,
/// modified, end.
type V2ModelImage = string * string option * bool * uint64 * uint64 * int64

type V2ModelEvent = {
    Action: V2Action
    Node: V2ModelImage
    Previous: V2ModelImage option
    IsRefresh: bool
}

type V2ModelResult =
    | Done of V2ModelEvent
    | Refused of V2Code * string * uint64

[<Sealed>]
type V2Model() =
    let nodes = Dictionary<string, V2ModelNode>()
    let events = List<V2ModelEvent>()
    let mutable index = 0UL

    let parents (path: string) = [
        for at in 1 .. path.Length - 1 do
            if path[at] = '/' then
                path.Substring(0, at)
    ]

    let isBelow (directory: string) (path: string) = path.StartsWith(directory + "/")

    let below (directory: string) =
        nodes.Keys |> Seq.filter (isBelow directory) |> List.ofSeq

    let image path (node: V2ModelNode) : V2ModelImage =
        path,
        (if node.IsDirectory then None else Some node.Value),
        node.IsDirectory,
        node.Created,
        node.Modified,
        node.Ends

    let refused code cause = Refused(code, cause, index)

    /// The first step on the way that is not as it should be.
    let fault (path: string) =
        let rec look steps =
            match steps with
            | [] -> None
            | step :: rest ->
                match nodes.TryGetValue step with
                | true, node when rest.IsEmpty || node.IsDirectory -> look rest
                | true, _ -> Some(refused V2Code.NotDirectory step)
                | _ -> Some(refused V2Code.KeyNotFound step)

        if path = "" then None else look (parents path @ [ path ])

    let note action node previous isRefresh =
        let event = {
            Action = action
            Node = node
            Previous = previous
            IsRefresh = isRefresh
        }

        events.Add event
        Done event

    let put action path value isDirectory ends isRefresh =
        index <- index + 1UL

        for parent in parents path do
            if not (nodes.ContainsKey parent) then
                nodes[parent] <- {
                    IsDirectory = true
                    Value = ""
                    Created = index
                    Modified = index
                    Ends = 0L
                }

        let previous =
            match nodes.TryGetValue path with
            | true, node -> Some(image path node)
            | _ -> None

        nodes[path] <- {
            IsDirectory = isDirectory
            Value = (if isDirectory then "" else value)
            Created = index
            Modified = index
            Ends = ends
        }

        note action (image path nodes[path]) previous isRefresh

    let change action path value ends isRefresh =
        let before = nodes[path]
        index <- index + 1UL

        nodes[path] <- {
            before with
                Value = (if before.IsDirectory then "" else value)
                Modified = index
                Ends = ends
        }

        note action (image path nodes[path]) (Some(image path before)) isRefresh

    let remove action path =
        let before = nodes[path]
        index <- index + 1UL

        for gone in path :: below path do
            nodes.Remove gone |> ignore

        let node = path, None, before.IsDirectory, before.Created, index, 0L
        note action node (Some(image path before)) false

    let root () = refused V2Code.RootReadOnly "/"

    let create action path value isDirectory ends isRefresh =
        let stop =
            parents path
            |> List.tryFind (fun p -> nodes.ContainsKey p && not nodes[p].IsDirectory)

        match stop with
        | Some file -> refused V2Code.NotDirectory file
        | None ->
            match nodes.TryGetValue path with
            | true, _ when action = V2Action.Create -> refused V2Code.KeyExists path
            | true, node when node.IsDirectory -> refused V2Code.NotFile path
            | _ -> put action path value isDirectory ends isRefresh

    let compare (previousValue: string) (previousIndex: uint64) path goOn =
        let node = nodes[path]

        let faults = [
            if previousValue <> "" && previousValue <> node.Value then
                $"[{previousValue} != {node.Value}]"
            if previousIndex <> 0UL && previousIndex <> node.Modified then
                $"[{previousIndex} != {node.Modified}]"
        ]

        if node.IsDirectory then refused V2Code.NotFile path
        elif faults.IsEmpty then goOn ()
        else refused V2Code.CompareFailed (String.Join(' ', faults))

    let orFault path goOn =
        match fault path with
        | Some error -> error
        | None -> goOn ()

    /// Ends of very long ago mean never, where a node is made.
    let endOf (request: V2Request) =
        if request.ExpiresNs < 946_684_800_000_000_000L then
            0L
        else
            request.ExpiresNs

    member _.Index = index
    member _.Nodes = nodes
    member _.Events = events

    member _.Write(request: V2Request) : V2ModelResult =
        let path = Text.ofBytes request.Path
        let value = Text.ofBytes request.Value
        let previousValue = Text.ofBytes request.PreviousValue
        let isRefresh = request.IsRefresh

        let kept () =
            if isRefresh && path <> "" then nodes[path].Value else value

        match request.Operation with
        | V2Operation.CreateInOrder ->
            let name = (index + 1UL).ToString "D20"
            create V2Action.Create $"{path}/{name}" value request.IsDirectory (endOf request) false
        | V2Operation.CompareAndDelete when path = "" -> refused V2Code.NotFile ""
        | _ when path = "" -> root ()
        | V2Operation.Set ->
            let set () =
                create V2Action.Set path (kept ()) request.IsDirectory (endOf request) isRefresh

            if isRefresh then orFault path set else set ()
        | V2Operation.Create ->
            create V2Action.Create path value request.IsDirectory (endOf request) false
        | V2Operation.Update ->
            orFault path (fun () ->
                if nodes[path].IsDirectory && value <> "" then
                    refused V2Code.NotFile path
                else
                    change V2Action.Update path (kept ()) request.ExpiresNs isRefresh)
        | V2Operation.CompareAndSwap ->
            orFault path (fun () ->
                compare previousValue request.PreviousIndex path (fun () ->
                    change V2Action.CompareAndSwap path (kept ()) request.ExpiresNs isRefresh))
        | V2Operation.Delete ->
            orFault path (fun () ->
                let isDirectory = nodes[path].IsDirectory

                if isDirectory && not request.IsDirectory && not request.IsRecursive then
                    refused V2Code.NotFile path
                elif isDirectory && not request.IsRecursive && not (below path).IsEmpty then
                    refused V2Code.DirectoryNotEmpty path
                else
                    remove V2Action.Delete path)
        | _ ->
            orFault path (fun () ->
                compare previousValue request.PreviousIndex path (fun () ->
                    remove V2Action.CompareAndDelete path))

    /// Ends what is over, the earliest first.
    member _.Expire(now: int64) : V2ModelEvent list =
        let due () =
            nodes
            |> Seq.filter (fun pair -> pair.Value.Ends <> 0L && pair.Value.Ends <= now)
            |> Seq.sortWith (fun a b ->
                match a.Value.Ends.CompareTo b.Value.Ends with
                | 0 -> String.CompareOrdinal(a.Key, b.Key)
                | order -> order)
            |> Seq.tryHead

        let rec goOn found =
            match due () with
            | None -> List.rev found
            | Some pair ->
                match remove V2Action.Expire pair.Key with
                | Done event -> goOn (event :: found)
                | Refused _ -> failwith "an end that cannot be"

        goOn []

    /// The event a watcher that begins at `since` gets from the past.
    member _.Find(path: string, isRecursive: bool, since: uint64) : V2ModelResult option =
        let oldest = if events.Count > 1_000 then events.Count - 1_000 + 1 else 1

        if events.Count > 0 && since < uint64 oldest then
            let cause = $"the requested history has been cleared [{oldest}/{since}]"
            Some(refused V2Code.EventIndexCleared cause)
        else
            let isWanted (event: V2ModelEvent) =
                let changed, _, _, _, _, _ = event.Node

                let endsAbove =
                    (event.Action = V2Action.Delete || event.Action = V2Action.Expire)
                    && (match event.Previous with
                        | Some(gone, _, isDirectory, _, _, _) -> isDirectory && path.StartsWith gone
                        | None -> false)

                not event.IsRefresh
                && (changed = path || (isRecursive && isBelow path changed) || endsAbove)

            events
            |> Seq.skip (int (min (uint64 events.Count) (max 1UL since - 1UL)))
            |> Seq.tryFind isWanted
            |> Option.map Done
