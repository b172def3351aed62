// The store as a list: every change ever made, newest first, and the rules of etcd-facts read off
// it in the plainest way. Slow on purpose; knows nothing of trees, tokens or slices.
namespace Kv.Core.Tests.Reference

open System
open Kv.Core.Mvcc
open Kv.Core.Apply

/// A change of a key; text is one byte a character.
type ModelRow = {
    Key: string
    Value: string
    Create: int64
    Mod: int64
    Sub: int64
    Version: int64
    Lease: int64
    IsTombstone: bool
}

/// A reply in a form that can be compared.
type ModelReply =
    | Rows of Revision: int64 * Rows: ModelRow list * Count: int64 * More: bool
    | Written of Revision: int64 * Previous: ModelRow option
    | Deleted of Revision: int64 * Count: int64 * Previous: ModelRow list
    | Done of Revision: int64 * Succeeded: bool * Replies: ModelReply list
    | Granted of Revision: int64 * Id: int64 * Ttl: int64
    | Nothing of Revision: int64
    | Failed of StoreError

type Model = {
    /// Newest first.
    Changes: ModelRow list
    Revision: int64
    Compacted: int64
    /// Time to live and what is left of it.
    Leases: Map<int64, int64 * int64>
}

[<RequireQualifiedAccess>]
module Model =
    let empty = {
        Changes = []
        Revision = 1L
        Compacted = -1L
        Leases = Map.empty
    }

    let private inRange (key: string) (rangeEnd: string) (candidate: string) =
        let notBelow = String.CompareOrdinal(candidate, key) >= 0

        if rangeEnd = "" then
            candidate = key
        elif rangeEnd = "\000" then
            notBelow
        else
            notBelow && String.CompareOrdinal(candidate, rangeEnd) < 0

    /// The newest change of each key at or before a revision, by key.
    let private newestAt (revision: int64) (model: Model) : ModelRow list =
        model.Changes
        |> List.filter (fun row -> row.Mod <= revision)
        |> List.distinctBy (fun row -> row.Key)
        |> List.sortWith (fun a b -> String.CompareOrdinal(a.Key, b.Key))

    let livingAt (revision: int64) (model: Model) : ModelRow list =
        newestAt revision model |> List.filter (fun row -> not row.IsTombstone)

    let living (model: Model) = livingAt Int64.MaxValue model

    let attached (lease: int64) (model: Model) : string list =
        living model
        |> List.filter (fun row -> row.Lease = lease)
        |> List.map (fun row -> row.Key)

    /// The changes that compaction keeps, oldest first.
    let retained (model: Model) : ModelRow list =
        let kept =
            newestAt model.Compacted model
            |> List.filter (fun row -> not row.IsTombstone || row.Mod = model.Compacted)
            |> List.map (fun row -> row.Mod, row.Sub)
            |> set

        model.Changes
        |> List.filter (fun row -> row.Mod > model.Compacted || kept.Contains((row.Mod, row.Sub)))
        |> List.rev

    let private sorter (target: SortTarget) (a: ModelRow) (b: ModelRow) =
        match target with
        | SortTarget.Version -> compare a.Version b.Version
        | SortTarget.Create -> compare a.Create b.Create
        | SortTarget.Mod -> compare a.Mod b.Mod
        | SortTarget.Value -> String.CompareOrdinal(a.Value, b.Value)
        | _ -> String.CompareOrdinal(a.Key, b.Key)

    /// `visible` is the revision a transaction under way has come to.
    let rangeAt (visible: int64) (request: RangeRequest) (model: Model) : ModelReply =
        let at = if request.Revision <= 0L then visible else request.Revision

        if at > visible then
            Failed StoreError.FutureRevision
        elif at < model.Compacted then
            Failed StoreError.Compacted
        else
            let key = Text.ofBytes request.Key
            let rangeEnd = Text.ofBytes request.RangeEnd
            let all = livingAt at model |> List.filter (fun row -> inRange key rangeEnd row.Key)
            let above bound value = bound = 0L || value >= bound
            let below bound value = bound = 0L || value <= bound

            let passing =
                all
                |> List.filter (fun row ->
                    above request.MinModRevision row.Mod
                    && below request.MaxModRevision row.Mod
                    && above request.MinCreateRevision row.Create
                    && below request.MaxCreateRevision row.Create)

            let limit =
                if request.Limit <= 0L then
                    Int32.MaxValue
                else
                    int request.Limit

            let takesAll =
                request.SortOrder <> SortOrder.None
                || request.MinModRevision <> 0L
                || request.MaxModRevision <> 0L
                || request.MinCreateRevision <> 0L
                || request.MaxCreateRevision <> 0L

            let taken =
                if takesAll || limit = Int32.MaxValue then
                    passing
                else
                    List.truncate (limit + 1) passing

            let ordered =
                match request.SortOrder with
                | SortOrder.Descend ->
                    List.sortWith (fun a b -> sorter request.SortTarget b a) taken
                | _ -> List.sortWith (sorter request.SortTarget) taken

            if request.CountOnly then
                Rows(visible, [], int64 all.Length, false)
            else
                Rows(visible, List.truncate limit ordered, int64 all.Length, ordered.Length > limit)

    let range (request: RangeRequest) (model: Model) = rangeAt model.Revision request model

    let private holdsFor (guard: Compare) (row: ModelRow option) : bool =
        let test order =
            match guard.Result with
            | CompareResult.Equal -> order = 0
            | CompareResult.Greater -> order > 0
            | CompareResult.Less -> order < 0
            | _ -> order <> 0

        match guard.Target, row with
        | CompareTarget.Value, None -> false
        | CompareTarget.Value, Some row ->
            test (sign (String.CompareOrdinal(row.Value, Text.ofBytes guard.Value)))
        | CompareTarget.Version, Some row -> test (compare row.Version guard.Number)
        | CompareTarget.Create, Some row -> test (compare row.Create guard.Number)
        | CompareTarget.Mod, Some row -> test (compare row.Mod guard.Number)
        | _, Some row -> test (compare row.Lease guard.Number)
        | _, None -> test (compare 0L guard.Number)

    let private holds (model: Model) (guard: Compare) : bool =
        let key = Text.ofBytes guard.Key
        let rangeEnd = Text.ofBytes guard.RangeEnd

        match living model |> List.filter (fun row -> inRange key rangeEnd row.Key) with
        | [] -> holdsFor guard None
        | rows -> rows |> List.forall (fun row -> holdsFor guard (Some row))

    /// A transaction under way: the model with its writes, and how many there were.
    type private Running = {
        Model: Model
        Writes: int64
    } with

        member this.Visible =
            if this.Writes > 0L then
                this.Model.Revision + 1L
            else
                this.Model.Revision

    let private write (row: ModelRow) (running: Running) : Running = {
        Model = {
            running.Model with
                Changes = row :: running.Model.Changes
        }
        Writes = running.Writes + 1L
    }

    let private put (request: PutRequest) (running: Running) : Running * ModelReply =
        let key = Text.ofBytes request.Key
        let previous = living running.Model |> List.tryFind (fun row -> row.Key = key)
        let main = running.Model.Revision + 1L

        let row = {
            Key = key
            Value =
                (match previous with
                 | Some row when request.IgnoreValue -> row.Value
                 | _ -> Text.ofBytes request.Value)
            Create =
                (match previous with
                 | Some row -> row.Create
                 | None -> main)
            Mod = main
            Sub = running.Writes
            Version =
                (match previous with
                 | Some row -> row.Version + 1L
                 | None -> 1L)
            Lease =
                (match previous with
                 | Some row when request.IgnoreLease -> row.Lease
                 | _ -> request.Lease)
            IsTombstone = false
        }

        let next = write row running
        next, Written(next.Visible, (if request.PreviousWanted then previous else None))

    let private deleteRows (rows: ModelRow list) (running: Running) : Running =
        let bury running (row: ModelRow) =
            write
                {
                    Key = row.Key
                    Value = ""
                    Create = 0L
                    Mod = running.Model.Revision + 1L
                    Sub = running.Writes
                    Version = 0L
                    Lease = 0L
                    IsTombstone = true
                }
                running

        List.fold bury running rows

    let private delete (request: DeleteRequest) (running: Running) : Running * ModelReply =
        let key = Text.ofBytes request.Key
        let rangeEnd = Text.ofBytes request.RangeEnd

        let rows =
            living running.Model |> List.filter (fun row -> inRange key rangeEnd row.Key)

        let next = deleteRows rows running
        let previous = if request.PreviousWanted then rows else []
        next, Deleted(next.Visible, int64 rows.Length, previous)

    let private branch (start: Model) (request: TxnRequest) =
        if Array.forall (holds start) request.Compares then
            true, request.Success
        else
            false, request.Failure

    let rec private errorsIn (start: Model) (request: TxnRequest) (test: Operation -> StoreError) =
        snd (branch start request)
        |> List.ofArray
        |> List.collect (fun operation ->
            match operation with
            | Operation.Txn nested -> errorsIn start nested test
            | other -> [ test other ])
        |> List.filter (fun error -> error <> StoreError.None)

    let private putError (start: Model) (request: PutRequest) =
        let key = Text.ofBytes request.Key

        if
            (request.IgnoreLease || request.IgnoreValue)
            && not (living start |> List.exists (fun row -> row.Key = key))
        then
            StoreError.KeyNotFound
        elif request.Lease <> 0L && not (start.Leases.ContainsKey request.Lease) then
            StoreError.LeaseNotFound
        else
            StoreError.None

    let private rangeError (start: Model) (request: RangeRequest) =
        if request.Revision = 0L then
            StoreError.None
        elif request.Revision > start.Revision then
            StoreError.FutureRevision
        elif request.Revision < start.Compacted then
            StoreError.Compacted
        else
            StoreError.None

    let rec private run (start: Model) (request: TxnRequest) (running: Running) =
        let succeeded, operations = branch start request

        let step (running: Running, replies) operation =
            let next, reply =
                match operation with
                | Operation.Range request -> running, rangeAt running.Visible request running.Model
                | Operation.Put request -> put request running
                | Operation.Delete request -> delete request running
                | Operation.Txn nested -> run start nested running

            next, reply :: replies

        let next, replies = Array.fold step (running, []) operations
        next, Done(next.Visible, succeeded, List.rev replies)

    let private commit (running: Running) : Model = {
        running.Model with
            Revision = running.Visible
    }

    let private txn (request: TxnRequest) (model: Model) : Model * ModelReply =
        let puts =
            errorsIn model request (fun operation ->
                match operation with
                | Operation.Put put -> putError model put
                | _ -> StoreError.None)

        let ranges =
            errorsIn model request (fun operation ->
                match operation with
                | Operation.Range range -> rangeError model range
                | _ -> StoreError.None)

        match puts @ ranges with
        | error :: _ -> model, Failed error
        | [] ->
            let running, reply = run model request { Model = model; Writes = 0L }
            commit running, reply

    let private single (model: Model) (change: Running -> Running * ModelReply) =
        let running, reply = change { Model = model; Writes = 0L }
        commit running, reply

    let private revoke (id: int64) (model: Model) : Model * ModelReply =
        let rows = living model |> List.filter (fun row -> row.Lease = id)
        let next = commit (deleteRows rows { Model = model; Writes = 0L })

        {
            next with
                Leases = next.Leases.Remove id
        },
        Nothing next.Revision

    let private checkpoint (ids: int64[]) (left: int64[]) (model: Model) =
        let set leases (id, left) =
            match Map.tryFind id leases with
            | Some(ttl, _) -> Map.add id (ttl, left) leases
            | None -> leases

        {
            model with
                Leases = Array.fold set model.Leases (Array.zip ids left)
        },
        Nothing model.Revision

    /// The commands on keys and leases; the others do not touch the key space.
    let apply (command: Command) (model: Model) : Model * ModelReply =
        match command with
        | Command.Put request ->
            match putError model request with
            | StoreError.None -> single model (put request)
            | error -> model, Failed error
        | Command.DeleteRange request -> single model (delete request)
        | Command.Txn request -> txn request model
        | Command.Compact revision when revision <= model.Compacted ->
            model, Failed StoreError.Compacted
        | Command.Compact revision when revision > model.Revision ->
            model, Failed StoreError.FutureRevision
        | Command.Compact revision -> { model with Compacted = revision }, Nothing model.Revision
        | Command.LeaseGrant(id, _) when model.Leases.ContainsKey id ->
            model, Failed StoreError.LeaseExists
        | Command.LeaseGrant(id, ttl) ->
            {
                model with
                    Leases = model.Leases.Add(id, (ttl, 0L))
            },
            Granted(model.Revision, id, ttl)
        | Command.LeaseRevoke id when not (model.Leases.ContainsKey id) ->
            model, Failed StoreError.LeaseNotFound
        | Command.LeaseRevoke id -> revoke id model
        | Command.LeaseExpire ids ->
            let next =
                (model, ids)
                ||> Array.fold (fun model id ->
                    if model.Leases.ContainsKey id then
                        fst (revoke id model)
                    else
                        model)

            next, Nothing next.Revision
        | Command.LeaseCheckpoint(ids, left) -> checkpoint ids left model
        | _ -> invalidOp "not a command of the model"

/// Real rows and replies in the model's form.
[<RequireQualifiedAccess>]
module Real =
    let row (row: Row) : ModelRow = {
        Key = Text.ofBytes row.Key
        Value = Text.ofBytes row.Value
        Create = row.CreateRevision
        Mod = row.ModRevision
        Sub = row.SubRevision
        Version = row.Version
        Lease = row.Lease
        IsTombstone = row.IsTombstone
    }

    let rec reply (reply: Reply) : ModelReply =
        match reply with
        | :? RangeReply as range ->
            Rows(range.Revision, [ for one in range.Rows -> row one ], range.Count, range.More)
        | :? PutReply as put -> Written(put.Revision, Option.map row (Option.ofObj put.Previous))
        | :? DeleteReply as delete ->
            Deleted(delete.Revision, delete.Deleted, [ for one in delete.Previous -> row one ])
        | :? TxnReply as txn ->
            Done(txn.Revision, txn.Succeeded, [ for inner in txn.Replies -> replyOf inner ])
        | :? LeaseReply as lease -> Granted(lease.Revision, lease.Id, lease.Ttl)
        | other -> Nothing other.Revision

    and private replyOf (inner: Reply) : ModelReply = reply inner

    let outcome (outcome: Outcome) : ModelReply =
        if outcome.Error = StoreError.None then
            reply outcome.Reply
        else
            Failed outcome.Error
