// A store under test: applies commands one by one and remembers the entries, so that they can be
// applied again in other batches. Short ways to make requests from text.
namespace Kv.Core.Tests.Reference

open System
open System.Buffers
open System.Collections.Generic
open System.Text
open Xunit
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Mvcc
open Kv.Core.Apply

/// Text as bytes and back, one byte a character.
[<RequireQualifiedAccess>]
module Text =
    let bytes (text: string) : ReadOnlyMemory<byte> =
        ReadOnlyMemory<byte>(Encoding.Latin1.GetBytes text)

    let ofBytes (bytes: ReadOnlyMemory<byte>) : string = Encoding.Latin1.GetString bytes.Span

/// Requests from text; an empty end is the single key.
[<RequireQualifiedAccess>]
module Ask =
    let range (key: string) (rangeEnd: string) =
        RangeRequest(Text.bytes key, Text.bytes rangeEnd)

    let put (key: string) (value: string) =
        PutRequest(Text.bytes key, Text.bytes value, 0L)

    let leased (key: string) (value: string) lease =
        PutRequest(Text.bytes key, Text.bytes value, lease)

    let delete (key: string) (rangeEnd: string) =
        DeleteRequest(Text.bytes key, Text.bytes rangeEnd)

    let number (key: string) target result (number: int64) =
        Compare(result, target, Text.bytes key, Text.bytes "", number, Text.bytes "")

    let value (key: string) result (value: string) =
        Compare(result, CompareTarget.Value, Text.bytes key, Text.bytes "", 0L, Text.bytes value)

    let txn (guards: Compare list) (success: Operation list) (failure: Operation list) =
        TxnRequest(Array.ofList guards, Array.ofList success, Array.ofList failure)

[<Sealed>]
type TestStore(start: StoreState) =
    let mutable state = start
    let entries = List<Entry>()

    static member val Members =
        [| Member(7UL, "a", [| "http://a:2380" |], [| "http://a:2379" |], false) |]

    new() = TestStore(StoreState.Create(99UL, TestStore.Members))

    member _.State
        with get () = state
        and set (value: StoreState) = state <- value

    /// All entries applied so far.
    member _.Entries = entries

    member _.ApplyEntry(kind: EntryKind, data: byte[]) : Outcome list =
        let entry = Entry(state.AppliedIndex + 1UL, 3UL, kind, ReadOnlyMemory<byte> data)
        let outcomes = List<Outcome>()
        state <- StoreMachine.Apply(state, [| entry |], outcomes)
        entries.Add entry
        List.ofSeq outcomes

    /// Applies one command and gives its outcome.
    member this.Do(command: Command) : Outcome =
        let id = state.AppliedIndex + 1_000UL

        let outcome =
            this.ApplyEntry(EntryKind.Normal, CommandCodec.Encode(id, command))
            |> List.exactlyOne

        Assert.Equal(id, outcome.RequestId)
        Assert.Equal(state.AppliedIndex, outcome.Index)
        Assert.Equal((outcome.Error = StoreError.None), not (isNull outcome.Reply))
        outcome

    /// Applies a command that must succeed and gives its reply.
    member this.Get<'Reply when 'Reply :> Reply>(command: Command) : 'Reply =
        let outcome = this.Do command
        Assert.Equal(StoreError.None, outcome.Error)
        Assert.IsType<'Reply> outcome.Reply

    /// Applies a command that must fail and gives the error.
    member this.Fail(command: Command) : StoreError =
        let before = state
        let outcome = this.Do command
        Assert.NotEqual(StoreError.None, outcome.Error)
        Assert.Equal(before.Revision, state.Revision)
        Assert.Equal(before.StateHash(), state.StateHash())
        outcome.Error

    member this.Put(key: string, value: string) : PutReply =
        this.Get<PutReply>(Command.Put(Ask.put key value))

    member this.Delete(key: string, rangeEnd: string) : DeleteReply =
        this.Get<DeleteReply>(Command.DeleteRange(Ask.delete key rangeEnd))

    member this.Txn guards success failure : TxnReply =
        this.Get<TxnReply>(Command.Txn(Ask.txn guards success failure))

    member this.Compact(revision: Revision) : unit =
        this.Get<EmptyReply>(Command.Compact revision) |> ignore

    /// Sweeps until nothing is left.
    member _.Sweep() : unit =
        let mutable isDone = false

        while not isDone do
            let next = StoreMachine.CompactSlice(state, 3)
            isDone <- Object.ReferenceEquals(next, state)
            state <- next

    /// A range that must succeed.
    member _.Range(request: RangeRequest) : RangeReply =
        let struct (error, reply) = state.Range request
        Assert.Equal(StoreError.None, error)
        reply

    /// Keys of a range that must succeed, in the order given.
    member this.Keys(request: RangeRequest) : string list = [
        for row in this.Range(request).Rows -> Text.ofBytes row.Key
    ]

[<RequireQualifiedAccess>]
module Snapshot =
    let blocks (state: StoreState) : byte[][] =
        let writer = SnapshotWriter state
        let result = List<byte[]>()
        let mutable goOn = true

        while goOn do
            let buffer = ArrayBufferWriter<byte>()
            goOn <- writer.WriteBlock buffer

            if goOn then
                result.Add(buffer.WrittenSpan.ToArray())
            else
                Assert.Equal(0, buffer.WrittenCount)

        result.ToArray()

    /// The state of these blocks; null if one was refused or any is missing.
    let read (blocks: byte[][]) : StoreState =
        let reader = SnapshotReader()

        let isTaken =
            blocks
            |> Array.forall (fun block -> reader.ReadBlock(ReadOnlyMemory<byte> block))

        let state = reader.Complete()

        if isTaken then
            state
        else
            (Assert.Null state
             null)
