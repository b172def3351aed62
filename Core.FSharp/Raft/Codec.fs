// Bytes of peer messages and membership changes, versioned and compact. Decoding is total: whatever
// the bytes, it gives a well-formed value or says no, and it allocates no more than the bytes it was
// given justify.
namespace Kv.Core.Raft

open System
open System.Buffers
open Kv.Core

[<RequireQualifiedAccess>]
module private Mark =
    let write writer (mark: SnapshotMark) =
        let configuration = mark.Configuration
        Wire.write writer mark.Index
        Wire.write writer mark.Term
        Wire.writeNodes writer configuration.Voters
        Wire.writeNodes writer configuration.Outgoing
        Wire.writeNodes writer configuration.Learners
        Wire.writeNodes writer configuration.LearnersNext
        Wire.writeBool writer configuration.AutoLeave

    let read (reader: Reader) : SnapshotMark =
        let index = reader.Integer()
        let term = reader.Integer()
        let voters = reader.Nodes()
        let outgoing = reader.Nodes()
        let learners = reader.Nodes()
        let learnersNext = reader.Nodes()

        let configuration =
            Configuration(voters, outgoing, learners, learnersNext, reader.Bool())

        if not (Membership.isWellFormed configuration) then
            reader.Fail()

        SnapshotMark(index, term, configuration)

[<RequireQualifiedAccess>]
module private Entries =
    /// Indexes are not written: they follow on from the previous one.
    let write writer (entries: Entry[]) =
        Wire.write writer (uint64 entries.Length)

        for entry in entries do
            Wire.write writer entry.Term
            Wire.writeByte writer (byte entry.Kind)
            Wire.writeBytes writer entry.Data

    let read (reader: Reader) (previous: LogIndex) : Entry[] =
        let count = reader.Count 3

        if previous > UInt64.MaxValue - uint64 count then
            reader.Fail()

        Array.init count (fun i ->
            let term = reader.Integer()
            let kind = reader.Kind()
            Entry(previous + uint64 i + 1UL, term, kind, reader.Bytes()))

/// Bytes of peer messages: format version, tag of the body, from, to, term, then the body's fields.
[<AbstractClass; Sealed>]
type MessageCodec private () =
    static let version = 1uy

    static let tag (body: MessageBody) =
        match body with
        | MessageBody.PreVoteRequest _ -> 1uy
        | MessageBody.PreVoteResponse _ -> 2uy
        | MessageBody.VoteRequest _ -> 3uy
        | MessageBody.VoteResponse _ -> 4uy
        | MessageBody.Append _ -> 5uy
        | MessageBody.AppendAccepted _ -> 6uy
        | MessageBody.AppendRejected _ -> 7uy
        | MessageBody.Heartbeat _ -> 8uy
        | MessageBody.HeartbeatResponse _ -> 9uy
        | MessageBody.InstallSnapshot _ -> 10uy
        | MessageBody.TimeoutNow -> 11uy
        | MessageBody.Propose _ -> 12uy
        | MessageBody.ReadIndexRequest _ -> 13uy
        | MessageBody.ReadIndexResponse _ -> 14uy
        | MessageBody.TransferRequest _ -> 15uy
        | MessageBody.CommitKnown _ -> 16uy

    static let writeBody (writer: IBufferWriter<byte>) (body: MessageBody) =
        let write = Wire.write writer

        match body with
        | MessageBody.PreVoteRequest(lastIndex, lastTerm) ->
            write lastIndex
            write lastTerm
        | MessageBody.VoteRequest(lastIndex, lastTerm, transfer) ->
            write lastIndex
            write lastTerm
            Wire.writeBool writer transfer
        | MessageBody.PreVoteResponse granted
        | MessageBody.VoteResponse granted -> Wire.writeBool writer granted
        | MessageBody.Append(previous, previousTerm, entries, commit) ->
            write previous
            write previousTerm
            write commit
            Entries.write writer entries
        | MessageBody.AppendAccepted index -> write index
        | MessageBody.AppendRejected(rejected, hintIndex, hintTerm) ->
            write rejected
            write hintIndex
            write hintTerm
        | MessageBody.Heartbeat(commit, context) ->
            write commit
            write context
        | MessageBody.InstallSnapshot mark -> Mark.write writer mark
        | MessageBody.TimeoutNow -> ()
        | MessageBody.Propose(kind, payloads) ->
            Wire.writeByte writer (byte kind)
            write (uint64 payloads.Length)

            for payload in payloads do
                Wire.writeBytes writer payload
        | MessageBody.HeartbeatResponse context
        | MessageBody.ReadIndexRequest context -> write context
        | MessageBody.ReadIndexResponse(context, index) ->
            write context
            write index
        | MessageBody.TransferRequest target -> write target
        | MessageBody.CommitKnown(index, term) ->
            write index
            write term

    static let readAppend (reader: Reader) =
        let previous = reader.Integer()
        let previousTerm = reader.Integer()
        let commit = reader.Integer()
        MessageBody.Append(previous, previousTerm, Entries.read reader previous, commit)

    static let readPropose (reader: Reader) =
        let kind = reader.Kind()
        let count = reader.Count 1
        MessageBody.Propose(kind, Array.init count (fun _ -> reader.Bytes()))

    /// F# evaluates arguments from left to right, which is the order of the fields.
    static let readBody (reader: Reader) (tag: byte) : MessageBody =
        match tag with
        | 1uy -> MessageBody.PreVoteRequest(reader.Integer(), reader.Integer())
        | 2uy -> MessageBody.PreVoteResponse(reader.Bool())
        | 3uy -> MessageBody.VoteRequest(reader.Integer(), reader.Integer(), reader.Bool())
        | 4uy -> MessageBody.VoteResponse(reader.Bool())
        | 5uy -> readAppend reader
        | 6uy -> MessageBody.AppendAccepted(reader.Integer())
        | 7uy -> MessageBody.AppendRejected(reader.Integer(), reader.Integer(), reader.Integer())
        | 8uy -> MessageBody.Heartbeat(reader.Integer(), reader.Integer())
        | 9uy -> MessageBody.HeartbeatResponse(reader.Integer())
        | 10uy -> MessageBody.InstallSnapshot(Mark.read reader)
        | 11uy -> MessageBody.TimeoutNow
        | 12uy -> readPropose reader
        | 13uy -> MessageBody.ReadIndexRequest(reader.Integer())
        | 14uy -> MessageBody.ReadIndexResponse(reader.Integer(), reader.Integer())
        | 15uy -> MessageBody.TransferRequest(reader.Integer())
        | 16uy -> MessageBody.CommitKnown(reader.Integer(), reader.Integer())
        | _ ->
            reader.Fail()
            MessageBody.TimeoutNow

    static member Encode(message: Message, writer: IBufferWriter<byte>) : unit =
        ArgumentNullException.ThrowIfNull message
        ArgumentNullException.ThrowIfNull writer
        Wire.writeByte writer version
        Wire.writeByte writer (tag message.Body)
        Wire.write writer message.From
        Wire.write writer message.To
        Wire.write writer message.Term
        writeBody writer message.Body

    /// False if the bytes are not exactly one well-formed message. Entry data and payloads are
    /// slices of `bytes`, which therefore must not be reused.
    static member TryDecode(bytes: ReadOnlyMemory<byte>, message: outref<Message>) : bool =
        let reader = Reader bytes

        if reader.Byte() <> version then
            reader.Fail()

        let tag = reader.Byte()
        let from = reader.Integer()
        let target = reader.Integer()
        let term = reader.Integer()
        let decoded = Message(from, target, term, readBody reader tag)
        message <- if reader.IsComplete then decoded else null
        reader.IsComplete

/// Bytes of a `ConfigurationChange` (the data of a `Configuration` entry): format version, the
/// steps, and the context to the end.
[<AbstractClass; Sealed>]
type ConfigurationCodec private () =
    static let version = 1uy

    static let readStep (reader: Reader) : ConfigurationStep =
        let operation = reader.Byte()

        if operation > 3uy then
            reader.Fail()

        {
            Operation = LanguagePrimitives.EnumOfValue operation
            Node = reader.Integer()
        }

    static member Encode(change: ConfigurationChange) : byte[] =
        ArgumentNullException.ThrowIfNull change
        let writer = ArrayBufferWriter<byte>(16 + change.Context.Length)
        Wire.writeByte writer version
        Wire.write writer (uint64 change.Steps.Length)

        for step in change.Steps do
            Wire.writeByte writer (byte step.Operation)
            Wire.write writer step.Node

        Wire.writeBytes writer change.Context
        writer.WrittenSpan.ToArray()

    /// False if the bytes are not a well-formed change.
    static member TryDecode
        (bytes: ReadOnlyMemory<byte>, change: outref<ConfigurationChange>)
        : bool =
        let reader = Reader bytes

        if reader.Byte() <> version then
            reader.Fail()

        let steps = Array.init (reader.Count 2) (fun _ -> readStep reader)
        let decoded = ConfigurationChange(steps, reader.Bytes())
        change <- if reader.IsComplete then decoded else null
        reader.IsComplete
