// Bytes of peer messages and membership changes, versioned and compact. Decoding is total: whatever
// the bytes, it gives a well-formed value or says no, and it allocates no more than the bytes it was
// given justify. What a recorder keeps of messages has the same form, without what clients wrote.
namespace Kv.Core.Raft

open System
open System.Buffers
open Kv.Core

/// How much of commands goes into the bytes.
[<RequireQualifiedAccess; Struct>]
type internal CommandForm =
    /// All of it.
    | Whole
    /// Their lengths alone: all that the reducer looks at.
    | Lengths

[<RequireQualifiedAccess>]
module internal ConfigurationForm =
    let write writer (configuration: Configuration) =
        Wire.writeNodes writer configuration.Voters
        Wire.writeNodes writer configuration.Outgoing
        Wire.writeNodes writer configuration.Learners
        Wire.writeNodes writer configuration.LearnersNext
        Wire.writeBool writer configuration.AutoLeave

    let read (reader: Reader) : Configuration =
        let voters = reader.Nodes()
        let outgoing = reader.Nodes()
        let learners = reader.Nodes()
        let learnersNext = reader.Nodes()

        let configuration =
            Configuration(voters, outgoing, learners, learnersNext, reader.Bool())

        if not (Membership.isWellFormed configuration) then
            reader.Fail()

        configuration

[<RequireQualifiedAccess>]
module internal Mark =
    let write writer (mark: SnapshotMark) =
        Wire.write writer mark.Index
        Wire.write writer mark.Term
        ConfigurationForm.write writer mark.Configuration

    let read (reader: Reader) : SnapshotMark =
        let index = reader.Integer()
        let term = reader.Integer()
        SnapshotMark(index, term, ConfigurationForm.read reader)

[<RequireQualifiedAccess>]
module internal Entries =
    /// Indexes are not written: they follow on from the previous one.
    let private writeWhole writer (entries: Entry[]) =
        Wire.write writer (uint64 entries.Length)

        for entry in entries do
            Wire.write writer entry.Term
            Wire.writeByte writer (byte entry.Kind)
            Wire.writeBytes writer entry.Data

    let private readWhole (reader: Reader) (previous: LogIndex) : Entry[] =
        let count = reader.Count 3

        if previous > UInt64.MaxValue - uint64 count then
            reader.Fail()

        Array.init count (fun i ->
            let term = reader.Integer()
            let kind = reader.Kind()
            Entry(previous + uint64 i + 1UL, term, kind, reader.Bytes()))

    let write writer (form: CommandForm) (entries: Entry[]) =
        match form with
        | CommandForm.Whole -> writeWhole writer entries
        | CommandForm.Lengths -> Runs.writeEntries writer entries

    let read (reader: Reader) (form: CommandForm) (previous: LogIndex) : Entry[] =
        match form with
        | CommandForm.Whole -> readWhole reader previous
        | CommandForm.Lengths -> Runs.readEntries reader previous

[<RequireQualifiedAccess>]
module internal Payloads =
    let private writeWhole writer (payloads: ReadOnlyMemory<byte>[]) =
        Wire.write writer (uint64 payloads.Length)

        for payload in payloads do
            Wire.writeBytes writer payload

    let write writer (form: CommandForm) (kind: EntryKind) payloads =
        Wire.writeByte writer (byte kind)

        if form = CommandForm.Lengths && kind = EntryKind.Normal then
            Runs.writeLengths writer payloads
        else
            writeWhole writer payloads

    let read (reader: Reader) (form: CommandForm) : struct (EntryKind * ReadOnlyMemory<byte>[]) =
        let kind = reader.Kind()

        if form = CommandForm.Lengths && kind = EntryKind.Normal then
            struct (kind, Runs.readLengths reader)
        else
            let count = reader.Count 1
            struct (kind, Array.init count (fun _ -> reader.Bytes()))

/// Bodies of messages: a tag, and fields after it.
[<RequireQualifiedAccess>]
module internal Body =
    let tag (body: MessageBody) =
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

    let write (writer: IBufferWriter<byte>) (form: CommandForm) (body: MessageBody) =
        match body with
        | MessageBody.PreVoteRequest(lastIndex, lastTerm) ->
            Wire.write writer lastIndex
            Wire.write writer lastTerm
        | MessageBody.VoteRequest(lastIndex, lastTerm, transfer) ->
            Wire.write writer lastIndex
            Wire.write writer lastTerm
            Wire.writeBool writer transfer
        | MessageBody.PreVoteResponse granted
        | MessageBody.VoteResponse granted -> Wire.writeBool writer granted
        | MessageBody.Append(previous, previousTerm, entries, commit) ->
            Wire.write writer previous
            Wire.write writer previousTerm
            Wire.write writer commit
            Entries.write writer form entries
        | MessageBody.AppendAccepted index -> Wire.write writer index
        | MessageBody.AppendRejected(rejected, hintIndex, hintTerm) ->
            Wire.write writer rejected
            Wire.write writer hintIndex
            Wire.write writer hintTerm
        | MessageBody.Heartbeat(commit, context) ->
            Wire.write writer commit
            Wire.write writer context
        | MessageBody.InstallSnapshot mark -> Mark.write writer mark
        | MessageBody.TimeoutNow -> ()
        | MessageBody.Propose(kind, payloads) -> Payloads.write writer form kind payloads
        | MessageBody.HeartbeatResponse context
        | MessageBody.ReadIndexRequest context -> Wire.write writer context
        | MessageBody.ReadIndexResponse(context, index) ->
            Wire.write writer context
            Wire.write writer index
        | MessageBody.TransferRequest target -> Wire.write writer target
        | MessageBody.CommitKnown(index, term) ->
            Wire.write writer index
            Wire.write writer term

    let private readAppend (reader: Reader) form =
        let previous = reader.Integer()
        let previousTerm = reader.Integer()
        let commit = reader.Integer()
        MessageBody.Append(previous, previousTerm, Entries.read reader form previous, commit)

    let private readPropose (reader: Reader) form =
        let struct (kind, payloads) = Payloads.read reader form
        MessageBody.Propose(kind, payloads)

    /// F# evaluates arguments from left to right, which is the order of the fields.
    let read (reader: Reader) (form: CommandForm) (tag: byte) : MessageBody =
        match tag with
        | 1uy -> MessageBody.PreVoteRequest(reader.Integer(), reader.Integer())
        | 2uy -> MessageBody.PreVoteResponse(reader.Bool())
        | 3uy -> MessageBody.VoteRequest(reader.Integer(), reader.Integer(), reader.Bool())
        | 4uy -> MessageBody.VoteResponse(reader.Bool())
        | 5uy -> readAppend reader form
        | 6uy -> MessageBody.AppendAccepted(reader.Integer())
        | 7uy -> MessageBody.AppendRejected(reader.Integer(), reader.Integer(), reader.Integer())
        | 8uy -> MessageBody.Heartbeat(reader.Integer(), reader.Integer())
        | 9uy -> MessageBody.HeartbeatResponse(reader.Integer())
        | 10uy -> MessageBody.InstallSnapshot(Mark.read reader)
        | 11uy -> MessageBody.TimeoutNow
        | 12uy -> readPropose reader form
        | 13uy -> MessageBody.ReadIndexRequest(reader.Integer())
        | 14uy -> MessageBody.ReadIndexResponse(reader.Integer(), reader.Integer())
        | 15uy -> MessageBody.TransferRequest(reader.Integer())
        | 16uy -> MessageBody.CommitKnown(reader.Integer(), reader.Integer())
        | _ ->
            reader.Fail()
            MessageBody.TimeoutNow

/// Bytes of peer messages: format version, tag of the body, from, to, term, then the body's fields.
[<AbstractClass; Sealed>]
type MessageCodec private () =
    static let version = 1uy

    static member Encode(message: Message, writer: IBufferWriter<byte>) : unit =
        ArgumentNullException.ThrowIfNull message
        ArgumentNullException.ThrowIfNull writer
        Wire.writeByte writer version
        Wire.writeByte writer (Body.tag message.Body)
        Wire.write writer message.From
        Wire.write writer message.To
        Wire.write writer message.Term
        Body.write writer CommandForm.Whole message.Body

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
        let decoded = Message(from, target, term, Body.read reader CommandForm.Whole tag)
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
