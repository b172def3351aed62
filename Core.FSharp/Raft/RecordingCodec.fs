// Bytes of what a recorder keeps of a run: whole states to begin from, and the inputs behind them. Of
// commands only the lengths are kept (`Runs`). A state that is read steps like the one written, but for
// the data of the commands. No promise over releases: a recording is read by the release that made it.
namespace Kv.Core.Raft

open System
open System.Buffers
open Kv.Core

[<RequireQualifiedAccess>]
module private Signed =
    let write writer (value: int64) = Wire.write writer (uint64 value)
    let read (reader: Reader) : int64 = int64 (reader.Integer())

    let writeInt writer (value: int) =
        Wire.write writer (uint64 (uint32 value))

    let readInt (reader: Reader) : int = int (uint32 (reader.Integer()))

[<RequireQualifiedAccess>]
module private Items =
    let write writer (items: 'T[]) (writeItem: 'T -> unit) =
        Wire.write writer (uint64 items.Length)

        for item in items do
            writeItem item

    /// Every item takes at least a byte.
    let read (reader: Reader) (readItem: unit -> 'T) : 'T[] =
        Array.init (reader.Count 1) (fun _ -> readItem ())

[<RequireQualifiedAccess>]
module private Parts =
    let writeOptions writer (options: RaftOptions) =
        Wire.write writer options.Id
        Signed.writeInt writer options.ElectionTicks
        Signed.writeInt writer options.HeartbeatTicks
        Wire.write writer options.Seed
        Wire.writeBool writer options.PreVote
        Wire.writeBool writer options.CheckQuorum
        Signed.writeInt writer options.AppendBytesMax
        Signed.writeInt writer options.InflightCountMax
        Signed.writeInt writer options.InflightBytesMax
        Signed.writeInt writer options.UncommittedBytesMax
        Signed.writeInt writer options.TailEntriesMax
        Signed.writeInt writer options.TailBytesMax

    let readOptions (reader: Reader) : RaftOptions =
        let id = reader.Integer()
        let electionTicks = Signed.readInt reader
        let heartbeatTicks = Signed.readInt reader

        RaftOptions(
            id,
            electionTicks,
            heartbeatTicks,
            reader.Integer(),
            PreVote = reader.Bool(),
            CheckQuorum = reader.Bool(),
            AppendBytesMax = Signed.readInt reader,
            InflightCountMax = Signed.readInt reader,
            InflightBytesMax = Signed.readInt reader,
            UncommittedBytesMax = Signed.readInt reader,
            TailEntriesMax = Signed.readInt reader,
            TailBytesMax = Signed.readInt reader
        )

    let writeLog writer (log: LogWindow) =
        Wire.write writer log.BaseIndex
        Wire.write writer log.BaseTerm
        Runs.writeEntries writer (log.Slice(log.FirstIndex, log.LastIndex))

    let readLog (reader: Reader) : LogWindow =
        let index = reader.Integer()
        let empty = LogWindow.Empty(index, reader.Integer())
        let entries = Runs.readEntries reader index
        if entries.Length = 0 then empty else empty.Append entries

    let writeMembership writer (membership: MembershipState) =
        ConfigurationForm.write writer membership.Configuration
        Wire.write writer membership.LastEntry
        Items.write writer membership.Unannounced (Mark.write writer)

    let readMembership (reader: Reader) : MembershipState = {
        Configuration = ConfigurationForm.read reader
        LastEntry = reader.Integer()
        Unannounced = Items.read reader (fun () -> Mark.read reader)
    }

    let writeDurability writer (durability: Durability) =
        Wire.write writer durability.Issued
        Wire.write writer durability.Completed
        Wire.write writer durability.SyncIssued
        Wire.write writer durability.HardIssued
        Wire.write writer durability.Saved.Term
        Wire.write writer durability.Saved.Vote
        Wire.write writer durability.Saved.Commit
        Wire.write writer durability.Durable

        Items.write writer (durability.Writes.ToArray()) (fun write ->
            Wire.write writer write.Sequence
            Wire.write writer write.First)

        Wire.write writer durability.Untold
        Wire.write writer durability.UntoldIssued

    let private readSaved (reader: Reader) : HardState = {
        Term = reader.Integer()
        Vote = reader.Integer()
        Commit = reader.Integer()
    }

    let private readWrite (reader: Reader) : PendingWrite = {
        Sequence = reader.Integer()
        First = reader.Integer()
    }

    let readDurability (reader: Reader) : Durability = {
        Issued = reader.Integer()
        Completed = reader.Integer()
        SyncIssued = reader.Integer()
        HardIssued = reader.Integer()
        Saved = readSaved reader
        Durable = reader.Integer()
        Writes = Fifo.OfArray(Items.read reader (fun () -> readWrite reader))
        Untold = reader.Integer()
        UntoldIssued = reader.Integer()
    }

    let writeTimers writer (timers: Timers) =
        Signed.writeInt writer timers.Election
        Signed.writeInt writer timers.Heartbeat
        Signed.writeInt writer timers.Timeout
        Wire.write writer timers.Seed

    let readTimers (reader: Reader) : Timers = {
        Election = Signed.readInt reader
        Heartbeat = Signed.readInt reader
        Timeout = Signed.readInt reader
        Seed = reader.Integer()
    }

    let private writeReads writer (reads: PendingRead[]) =
        Items.write writer reads (fun read ->
            Wire.write writer read.Node
            Wire.write writer read.Context)

    let private readReads (reader: Reader) : PendingRead[] =
        Items.read reader (fun () -> {
            Node = reader.Integer()
            Context = reader.Integer()
        })

    let writeQueue writer (queue: ReadQueue) =
        writeReads writer (queue.Waiting.ToArray())
        writeReads writer queue.Round
        Wire.write writer queue.Token
        Wire.write writer queue.Index

    let readQueue (reader: Reader) : ReadQueue = {
        Waiting = Fifo.OfArray(readReads reader)
        Round = readReads reader
        Token = reader.Integer()
        Index = reader.Integer()
    }

    let writeBallot writer (ballot: Ballot) =
        Wire.writeNodes writer ballot.Granted
        Wire.writeNodes writer ballot.Rejected

    let readBallot (reader: Reader) : Ballot = {
        Granted = reader.Nodes()
        Rejected = reader.Nodes()
    }

    let private writeMode writer (mode: ProgressMode) =
        Wire.writeByte
            writer
            (match mode with
             | ProgressMode.Probe -> 0uy
             | ProgressMode.Replicate -> 1uy
             | ProgressMode.Snapshot -> 2uy)

    let private readMode (reader: Reader) : ProgressMode =
        match reader.Byte() with
        | 0uy -> ProgressMode.Probe
        | 1uy -> ProgressMode.Replicate
        | 2uy -> ProgressMode.Snapshot
        | _ ->
            reader.Fail()
            ProgressMode.Probe

    let private writeProgress writer (progress: Progress) =
        Wire.write writer progress.Node
        writeMode writer progress.Mode
        Wire.write writer progress.Match
        Wire.write writer progress.Next
        Wire.writeBool writer progress.IsPaused
        Wire.writeBool writer progress.MayRetry
        Wire.writeBool writer progress.IsActive
        Wire.write writer progress.SnapshotFrom
        Wire.write writer progress.Round
        Wire.write writer progress.CommitSent

        Items.write writer (progress.Flights.ToArray()) (fun flight ->
            Wire.write writer flight.Last
            Signed.write writer flight.Bytes)

        Signed.write writer progress.FlightBytes

    let private readFlight (reader: Reader) : Flight = {
        Last = reader.Integer()
        Bytes = Signed.read reader
    }

    let private readProgress (reader: Reader) : Progress = {
        Node = reader.Integer()
        Mode = readMode reader
        Match = reader.Integer()
        Next = reader.Integer()
        IsPaused = reader.Bool()
        MayRetry = reader.Bool()
        IsActive = reader.Bool()
        SnapshotFrom = reader.Integer()
        Round = reader.Integer()
        CommitSent = reader.Integer()
        Flights = Fifo.OfArray(Items.read reader (fun () -> readFlight reader))
        FlightBytes = Signed.read reader
    }

    let writeLeadership writer (leadership: Leadership) =
        Items.write writer leadership.Peers (writeProgress writer)
        Signed.write writer leadership.UncommittedBytes
        Wire.write writer leadership.TransferTarget

    let readLeadership (reader: Reader) : Leadership = {
        Peers = Items.read reader (fun () -> readProgress reader)
        UncommittedBytes = Signed.read reader
        TransferTarget = reader.Integer()
    }

    let readRole (reader: Reader) : Role =
        let role = reader.Byte()

        if role > byte Role.Leader then
            reader.Fail()

        LanguagePrimitives.EnumOfValue(int role)

    let writeSome writer (value: 'T voption) (write: 'T -> unit) =
        Wire.writeBool writer value.IsSome
        ValueOption.iter write value

    let readSome (reader: Reader) (read: Reader -> 'T) : 'T voption =
        if reader.Bool() then ValueSome(read reader) else ValueNone

[<RequireQualifiedAccess>]
module private StateForm =
    let write writer (state: NodeState) =
        Parts.writeOptions writer state.Options
        Wire.write writer state.Term
        Wire.write writer state.Vote
        Wire.writeByte writer (byte state.Role)
        Wire.write writer state.Leader
        Parts.writeLog writer state.Log
        Wire.write writer state.Commit
        Wire.write writer state.Released
        Wire.write writer state.Applied
        Parts.writeMembership writer state.Membership
        Parts.writeDurability writer state.Durability
        Parts.writeTimers writer state.Timers
        Parts.writeQueue writer state.Reads
        Parts.writeSome writer state.Ballot (Parts.writeBallot writer)
        Parts.writeSome writer state.Leadership (Parts.writeLeadership writer)

    /// Fields are read in the order in which they are written here: F# evaluates them so.
    let read (reader: Reader) : NodeState = {
        Options = Parts.readOptions reader
        Term = reader.Integer()
        Vote = reader.Integer()
        Role = Parts.readRole reader
        Leader = reader.Integer()
        Log = Parts.readLog reader
        Commit = reader.Integer()
        Released = reader.Integer()
        Applied = reader.Integer()
        Membership = Parts.readMembership reader
        Durability = Parts.readDurability reader
        Timers = Parts.readTimers reader
        Reads = Parts.readQueue reader
        Ballot = Parts.readSome reader Parts.readBallot
        Leadership = Parts.readSome reader Parts.readLeadership
    }

[<RequireQualifiedAccess>]
module private InputForm =
    let write (writer: IBufferWriter<byte>) (input: Input) =
        match input with
        | Input.Tick -> Wire.writeByte writer 1uy
        | Input.Received message ->
            Wire.writeByte writer 2uy
            Wire.writeByte writer (Body.tag message.Body)
            Wire.write writer message.From
            Wire.write writer message.To
            Wire.write writer message.Term
            Body.write writer CommandForm.Lengths message.Body
        | Input.Proposed payloads ->
            Wire.writeByte writer 3uy
            Runs.writeLengths writer payloads
        | Input.ConfigurationProposed change ->
            Wire.writeByte writer 4uy
            Wire.writeBytes writer (ReadOnlyMemory(ConfigurationCodec.Encode change))
        | Input.ReadRequested context ->
            Wire.writeByte writer 5uy
            Wire.write writer context
        | Input.Persisted sequence ->
            Wire.writeByte writer 6uy
            Wire.write writer sequence
        | Input.Applied index ->
            Wire.writeByte writer 7uy
            Wire.write writer index
        | Input.TransferRequested target ->
            Wire.writeByte writer 8uy
            Wire.write writer target
        | Input.SnapshotSent(peer, index, succeeded) ->
            Wire.writeByte writer 9uy
            Wire.write writer peer
            Wire.write writer index
            Wire.writeBool writer succeeded
        | Input.PeerUnreachable peer ->
            Wire.writeByte writer 10uy
            Wire.write writer peer
        | Input.CampaignRequested -> Wire.writeByte writer 11uy

    let private readMessage (reader: Reader) =
        let tag = reader.Byte()
        let from = reader.Integer()
        let target = reader.Integer()
        let term = reader.Integer()
        Message(from, target, term, Body.read reader CommandForm.Lengths tag)

    let private readChange (reader: Reader) =
        let mutable change: ConfigurationChange = null

        if not (ConfigurationCodec.TryDecode(reader.Bytes(), &change)) then
            reader.Fail()

        change

    let read (reader: Reader) : Input =
        match reader.Byte() with
        | 1uy -> Input.Tick
        | 2uy -> Input.Received(readMessage reader)
        | 3uy -> Input.Proposed(Runs.readLengths reader)
        | 4uy -> Input.ConfigurationProposed(readChange reader)
        | 5uy -> Input.ReadRequested(reader.Integer())
        | 6uy -> Input.Persisted(reader.Integer())
        | 7uy -> Input.Applied(reader.Integer())
        | 8uy -> Input.TransferRequested(reader.Integer())
        | 9uy -> Input.SnapshotSent(reader.Integer(), reader.Integer(), reader.Bool())
        | 10uy -> Input.PeerUnreachable(reader.Integer())
        | 11uy -> Input.CampaignRequested
        | _ ->
            reader.Fail()
            Input.Tick

/// Bytes of states and inputs for a recorder.
[<AbstractClass; Sealed>]
type RecordingCodec private () =
    static member WriteState(state: RaftState, writer: IBufferWriter<byte>) : unit =
        ArgumentNullException.ThrowIfNull state
        StateForm.write writer state.Node

    /// False if the bytes are not exactly one state.
    static member TryReadState(bytes: ReadOnlyMemory<byte>, state: outref<RaftState>) : bool =
        let reader = Reader bytes
        let node = StateForm.read reader
        state <- if reader.IsComplete then RaftState node else null
        reader.IsComplete

    static member WriteInput(input: Input, writer: IBufferWriter<byte>) : unit =
        ArgumentNullException.ThrowIfNull input
        InputForm.write writer input

    /// False if the bytes are not exactly one input.
    static member TryReadInput(bytes: ReadOnlyMemory<byte>, input: outref<Input>) : bool =
        let reader = Reader bytes
        let read = InputForm.read reader

        input <-
            if reader.IsComplete then
                read
            else
                Unchecked.defaultof<Input>

        reader.IsComplete
