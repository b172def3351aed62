// Messages of every kind with any content, for tests that must hold of all of them.
namespace Kv.Core.Tests.Raft

open System
open Kv.Core
open Kv.Core.Raft

[<RequireQualifiedAccess>]
module internal AnyMessage =
    /// Numbers up to a bound, small ones as often as large ones.
    let number (max: uint64) (random: Random) =
        (uint64 (random.NextInt64()) >>> random.Next 64) &&& max

    let data (random: Random) =
        let bytes = Array.zeroCreate<byte>(random.Next 40)
        random.NextBytes bytes
        ReadOnlyMemory bytes

    let entries (max: uint64) (random: Random) (previous: LogIndex) =
        Array.init (random.Next 5) (fun i ->
            let kind =
                if random.Next 3 = 0 then
                    EntryKind.Configuration
                else
                    EntryKind.Normal

            Entry(previous + uint64 i + 1UL, number max random, kind, data random))

    let configuration (random: Random) =
        let set low =
            [| low .. low + 9UL |] |> Array.filter (fun _ -> random.Next 3 = 0)

        let outgoing = Array.append [| 20UL |] (set 21UL)
        Configuration(set 1UL, outgoing, set 40UL, Array.truncate 1 outgoing, true)

    let body (max: uint64) (random: Random) : MessageBody =
        let n () = number max random
        let coin () = random.Next 2 = 0

        match random.Next 16 with
        | 0 -> MessageBody.PreVoteRequest(n (), n ())
        | 1 -> MessageBody.PreVoteResponse(coin ())
        | 2 -> MessageBody.VoteRequest(n (), n (), coin ())
        | 3 -> MessageBody.VoteResponse(coin ())
        | 4 ->
            let previous = n () >>> 1
            MessageBody.Append(previous, n (), entries max random previous, n ())
        | 5 -> MessageBody.AppendAccepted(n ())
        | 6 -> MessageBody.AppendRejected(n (), n (), n ())
        | 7 -> MessageBody.Heartbeat(n (), n ())
        | 8 -> MessageBody.HeartbeatResponse(n ())
        | 9 -> MessageBody.InstallSnapshot(SnapshotMark(n (), n (), configuration random))
        | 10 -> MessageBody.TimeoutNow
        | 11 ->
            MessageBody.Propose(EntryKind.Normal, Array.init (random.Next 4) (fun _ -> data random))
        | 12 -> MessageBody.ReadIndexRequest(n ())
        | 13 -> MessageBody.ReadIndexResponse(n (), n ())
        | 14 -> MessageBody.TransferRequest(n ())
        | _ -> MessageBody.CommitKnown(n (), n ())

    let message (max: uint64) (random: Random) =
        Message(number max random, number max random, number max random, body max random)
