// Random commands over few keys and leases, so that they meet each other often.
namespace Kv.Core.Tests.Reference

open System
open Kv.Core.Mvcc
open Kv.Core.Apply

[<Sealed>]
type RandomCommand(random: Random) =
    let keys = [| "a"; "aa"; "ab"; "b"; "b\000"; "c"; "\255"; "\255\255"; "longer key" |]
    let leases = [| 1L; 2L; -3L; 70L |]
    let pick (values: 'T[]) = values[random.Next values.Length]
    let chance percent = random.Next 100 < percent

    let key () = pick keys

    let rangeEnd () =
        if chance 30 then ""
        elif chance 30 then "\000"
        else key ()

    let value () =
        if chance 10 then ""
        elif chance 10 then String('v', random.Next 300)
        else pick [| "1"; "2"; "3"; "zz" |]

    let revision (current: int64) =
        if chance 60 then
            0L
        else
            random.NextInt64(-1L, current + 3L)

    let put () =
        let request = PutRequest(Text.bytes (key ()), Text.bytes (value ()), 0L)

        if chance 10 then
            PutRequest(request.Key, Text.bytes "", 0L, IgnoreValue = true, PreviousWanted = true)
        elif chance 10 then
            PutRequest(request.Key, request.Value, 0L, IgnoreLease = true)
        elif chance 30 then
            PutRequest(request.Key, request.Value, pick leases, PreviousWanted = chance 50)
        else
            PutRequest(request.Key, request.Value, 0L, PreviousWanted = chance 50)

    let delete () =
        DeleteRequest(Text.bytes (key ()), Text.bytes (rangeEnd ()), PreviousWanted = chance 50)

    let compare (current: int64) =
        let target = enum<CompareTarget>(random.Next 5)
        let result = enum<CompareResult>(random.Next 4)
        let rangeEnd = if chance 80 then "" else rangeEnd ()

        Compare(
            result,
            target,
            Text.bytes (key ()),
            Text.bytes rangeEnd,
            (if chance 50 then
                 random.NextInt64 4L
             else
                 random.NextInt64(current + 1L)),
            Text.bytes (value ())
        )

    /// A read of what is there, in all ways there are.
    member _.Range(current: int64) : RangeRequest =
        let bound () =
            if chance 85 then 0L else random.NextInt64(current + 1L)

        RangeRequest(
            Text.bytes (key ()),
            Text.bytes (rangeEnd ()),
            Limit = (if chance 60 then 0L else random.NextInt64 5L),
            Revision = revision current,
            SortOrder = enum<SortOrder>(random.Next 3),
            SortTarget =
                (if chance 50 then
                     SortTarget.Key
                 else
                     enum<SortTarget>(random.Next 5)),
            CountOnly = chance 10,
            MinModRevision = bound (),
            MaxModRevision = bound (),
            MinCreateRevision = bound (),
            MaxCreateRevision = bound ()
        )

    member private this.Operation(current: int64, depth: int) : Operation =
        match random.Next 10 with
        | 0
        | 1
        | 2
        | 3 -> Operation.Put(put ())
        | 4
        | 5 -> Operation.Delete(delete ())
        | 6 when depth < 3 -> Operation.Txn(this.Txn(current, depth + 1))
        | _ -> Operation.Range(this.Range current)

    member private this.Txn(current: int64, depth: int) : TxnRequest =
        // A range beyond the store fails the whole transaction; most should not.
        let reachable = if depth = 1 then max 1L (current - 2L) else current

        let operations () =
            Array.init (random.Next 4) (fun _ -> this.Operation(reachable, depth))

        let guards = Array.init (random.Next 3) (fun _ -> compare current)
        TxnRequest(guards, operations (), operations ())

    /// A change of keys or leases.
    member this.Next(current: int64) : Command =
        match random.Next 100 with
        | n when n < 45 -> Command.Put(put ())
        | n when n < 58 -> Command.DeleteRange(delete ())
        | n when n < 83 -> Command.Txn(this.Txn(current, 1))
        | n when n < 88 -> Command.Compact(max 0L (random.NextInt64(current - 5L, current + 2L)))
        | n when n < 94 -> Command.LeaseGrant(pick leases, random.NextInt64 100L)
        | n when n < 96 -> Command.LeaseRevoke(pick leases)
        | n when n < 98 -> Command.LeaseExpire [| pick leases; pick leases |]
        | _ -> Command.LeaseCheckpoint([| pick leases; pick leases |], [| 5L; 6L |])
