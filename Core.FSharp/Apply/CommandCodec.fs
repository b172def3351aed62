// Bytes of commands, as they travel in log entries: request id, tag, fields, and the caller if he is
// known. A tag fixes the meaning of its fields for ever; another layout is another tag.
namespace Kv.Core.Apply

open System
open System.Buffers.Binary
open Kv.Core
open Kv.Core.Mvcc
open Kv.Core.V2
open Kv.Core.Auth

/// The first byte after the request id. Numbers are never used again for anything else.
[<RequireQualifiedAccess>]
module private CommandTag =
    [<Literal>]
    let Put = 1uy

    [<Literal>]
    let DeleteRange = 2uy

    [<Literal>]
    let Txn = 3uy

    [<Literal>]
    let Compact = 4uy

    [<Literal>]
    let LeaseGrant = 5uy

    [<Literal>]
    let LeaseRevoke = 6uy

    [<Literal>]
    let LeaseCheckpoint = 7uy

    [<Literal>]
    let MemberPublish = 8uy

    [<Literal>]
    let MemberAdd = 9uy

    [<Literal>]
    let MemberRemove = 10uy

    [<Literal>]
    let MemberPromote = 11uy

    [<Literal>]
    let MemberUpdate = 12uy

    [<Literal>]
    let ClusterVersion = 13uy

    [<Literal>]
    let AlarmRaise = 14uy

    [<Literal>]
    let AlarmClear = 15uy

    [<Literal>]
    let LeaseExpire = 16uy

    [<Literal>]
    let Downgrade = 17uy

    [<Literal>]
    let V2Write = 40uy

    [<Literal>]
    let V2Expire = 41uy

    [<Literal>]
    let Auth = 50uy

    [<Literal>]
    let TokenIssue = 51uy

/// Bytes of a member, in commands and in snapshots.
[<RequireQualifiedAccess>]
module internal MemberCodec =
    let write (writer: FieldWriter) (value: Member) : unit =
        writer.Fixed64 value.Id
        writer.Flag value.IsLearner
        writer.Text value.Name
        writer.Texts value.PeerUrls
        writer.Texts value.ClientUrls

    let read (reader: byref<FieldReader>) : Member =
        let id = reader.Fixed64()
        let isLearner = reader.Flag()
        let name = reader.Text()
        let peerUrls = reader.Texts()
        let clientUrls = reader.Texts()
        Member(id, name, peerUrls, clientUrls, isLearner)

[<RequireQualifiedAccess>]
module private CommandFields =
    let private writeCheckpoint (writer: FieldWriter) (ids: LeaseId[]) (remaining: int64[]) =
        check "command.checkpoint" (ids.Length = remaining.Length) "a checkpoint of unequal arrays"
        writer.Varint(uint64 ids.Length)

        for i in 0 .. ids.Length - 1 do
            writer.Signed ids[i]
            writer.Signed remaining[i]

    let private writeIds (writer: FieldWriter) (ids: LeaseId[]) =
        writer.Varint(uint64 ids.Length)

        for id in ids do
            writer.Signed id

    let private writeAlarm (writer: FieldWriter) (tag: byte) (node: NodeId) (kind: AlarmKind) =
        writer.Byte tag
        writer.Fixed64 node
        writer.Byte(byte kind)

    let private writeMemberId (writer: FieldWriter) (tag: byte) (id: NodeId) =
        writer.Byte tag
        writer.Fixed64 id

    let write (writer: FieldWriter) (command: Command) : unit =
        match command with
        | Command.Put request ->
            writer.Byte CommandTag.Put
            RequestCodec.writePut writer request
        | Command.DeleteRange request ->
            writer.Byte CommandTag.DeleteRange
            RequestCodec.writeDelete writer request
        | Command.Txn request ->
            writer.Byte CommandTag.Txn
            RequestCodec.writeTxn writer request
        | Command.Compact revision ->
            writer.Byte CommandTag.Compact
            writer.Signed revision
        | Command.LeaseGrant(id, ttl) ->
            writer.Byte CommandTag.LeaseGrant
            writer.Signed id
            writer.Signed ttl
        | Command.LeaseRevoke id ->
            writer.Byte CommandTag.LeaseRevoke
            writer.Signed id
        | Command.LeaseCheckpoint(ids, remaining) ->
            writer.Byte CommandTag.LeaseCheckpoint
            writeCheckpoint writer ids remaining
        | Command.LeaseExpire ids ->
            writer.Byte CommandTag.LeaseExpire
            writeIds writer ids
        | Command.MemberPublish(id, name, clientUrls) ->
            writeMemberId writer CommandTag.MemberPublish id
            writer.Text name
            writer.Texts clientUrls
        | Command.MemberAdd added ->
            writer.Byte CommandTag.MemberAdd
            MemberCodec.write writer added
        | Command.MemberRemove id -> writeMemberId writer CommandTag.MemberRemove id
        | Command.MemberPromote id -> writeMemberId writer CommandTag.MemberPromote id
        | Command.MemberUpdate(id, peerUrls) ->
            writeMemberId writer CommandTag.MemberUpdate id
            writer.Texts peerUrls
        | Command.ClusterVersion version ->
            writer.Byte CommandTag.ClusterVersion
            writer.Text version
        | Command.AlarmRaise(node, kind) -> writeAlarm writer CommandTag.AlarmRaise node kind
        | Command.AlarmClear(node, kind) -> writeAlarm writer CommandTag.AlarmClear node kind
        | Command.V2Write request ->
            writer.Byte CommandTag.V2Write
            V2RequestCodec.write writer request
        | Command.V2Expire nowNs ->
            writer.Byte CommandTag.V2Expire
            writer.Signed nowNs
        | Command.Downgrade target ->
            writer.Byte CommandTag.Downgrade
            writer.Text target
        | Command.Auth change ->
            writer.Byte CommandTag.Auth
            AuthCodec.write writer change
        | Command.TokenIssue(user, revision, digest) ->
            writer.Byte CommandTag.TokenIssue
            writer.Text user
            writer.Varint revision
            writer.Bytes(ReadOnlySpan<byte> digest)

    let private readCheckpoint (reader: byref<FieldReader>) : Command =
        let count = reader.Count 2
        let ids = Array.zeroCreate<LeaseId> count
        let remaining = Array.zeroCreate<int64> count

        for i in 0 .. count - 1 do
            ids[i] <- reader.Signed()
            remaining[i] <- reader.Signed()

        Command.LeaseCheckpoint(ids, remaining)

    let private readExpire (reader: byref<FieldReader>) : Command =
        let ids = Array.zeroCreate<LeaseId>(reader.Count 1)

        for i in 0 .. ids.Length - 1 do
            ids[i] <- reader.Signed()

        Command.LeaseExpire ids

    let private readAlarmKind (reader: byref<FieldReader>) : AlarmKind =
        enum<AlarmKind>(int (reader.ByteUpTo 2uy))

    let private readPublish (reader: byref<FieldReader>) : Command =
        let id = reader.Fixed64()
        let name = reader.Text()
        Command.MemberPublish(id, name, reader.Texts())

    let private readGrant (reader: byref<FieldReader>) : Command =
        let id = reader.Signed()
        Command.LeaseGrant(id, reader.Signed())

    let private readUpdate (reader: byref<FieldReader>) : Command =
        let id = reader.Fixed64()
        Command.MemberUpdate(id, reader.Texts())

    let private readToken (reader: byref<FieldReader>) : Command =
        let user = reader.Text()
        let revision = reader.Varint()
        Command.TokenIssue(user, revision, reader.Bytes().ToArray())

    let private readAlarm (reader: byref<FieldReader>) (isRaise: bool) : Command =
        let node = reader.Fixed64()
        let kind = readAlarmKind &reader

        if isRaise then
            Command.AlarmRaise(node, kind)
        else
            Command.AlarmClear(node, kind)

    /// The command is incomplete if the reader has failed: then it must not be used.
    let read (reader: byref<FieldReader>) : Command =
        match reader.Byte() with
        | CommandTag.Put -> Command.Put(RequestCodec.readPut &reader)
        | CommandTag.DeleteRange -> Command.DeleteRange(RequestCodec.readDelete &reader)
        | CommandTag.Txn -> Command.Txn(RequestCodec.readTxn &reader)
        | CommandTag.Compact -> Command.Compact(reader.Signed())
        | CommandTag.LeaseGrant -> readGrant &reader
        | CommandTag.LeaseRevoke -> Command.LeaseRevoke(reader.Signed())
        | CommandTag.LeaseCheckpoint -> readCheckpoint &reader
        | CommandTag.LeaseExpire -> readExpire &reader
        | CommandTag.MemberPublish -> readPublish &reader
        | CommandTag.MemberAdd -> Command.MemberAdd(MemberCodec.read &reader)
        | CommandTag.MemberRemove -> Command.MemberRemove(reader.Fixed64())
        | CommandTag.MemberPromote -> Command.MemberPromote(reader.Fixed64())
        | CommandTag.MemberUpdate -> readUpdate &reader
        | CommandTag.ClusterVersion -> Command.ClusterVersion(reader.Text())
        | CommandTag.AlarmRaise -> readAlarm &reader true
        | CommandTag.AlarmClear -> readAlarm &reader false
        | CommandTag.V2Write -> Command.V2Write(V2RequestCodec.read &reader)
        | CommandTag.V2Expire -> Command.V2Expire(reader.Signed())
        | CommandTag.Downgrade -> Command.Downgrade(reader.Text())
        | CommandTag.Auth -> Command.Auth(AuthCodec.read &reader)
        | CommandTag.TokenIssue -> readToken &reader
        | _ ->
            reader.Fail()
            Unchecked.defaultof<Command>

/// Bytes of commands, as they travel in log entries: request id first, then tag and fields.
[<AbstractClass; Sealed>]
type CommandCodec private () =
    /// The request id and the tag.
    [<Literal>]
    static let IdTagBytes = 9

    /// Room that fits most commands.
    [<Literal>]
    static let CommonBytes = 256

    static let sizeHint (command: Command) : int =
        match command with
        | Command.Put request -> IdTagBytes + RequestCodec.putSize request
        | Command.V2Write request -> IdTagBytes + V2RequestCodec.size request
        | Command.DeleteRange _
        | Command.Txn _
        | Command.Compact _
        | Command.LeaseGrant _
        | Command.LeaseRevoke _
        | Command.LeaseCheckpoint _
        | Command.LeaseExpire _
        | Command.MemberPublish _
        | Command.MemberAdd _
        | Command.MemberRemove _
        | Command.MemberPromote _
        | Command.MemberUpdate _
        | Command.ClusterVersion _
        | Command.AlarmRaise _
        | Command.AlarmClear _
        | Command.V2Expire _
        | Command.Downgrade _
        | Command.Auth _
        | Command.TokenIssue _ -> CommonBytes

    /// `requestId` is 0 for commands nobody waits for.
    static member Encode(requestId: uint64, command: Command, caller: Caller) : byte[] =
        let writer = FieldWriter(sizeHint command)
        writer.Fixed64 requestId
        CommandFields.write writer command
        CallerCodec.write writer caller
        writer.Detach()

    /// A command of nobody in particular.
    static member Encode(requestId: uint64, command: Command) : byte[] =
        CommandCodec.Encode(requestId, command, Caller.Nobody)

    /// The request id an encoded command carries; 0 if there is none.
    static member RequestId(bytes: ReadOnlySpan<byte>) : uint64 =
        if bytes.Length < 8 then
            0UL
        else
            BinaryPrimitives.ReadUInt64LittleEndian bytes

    /// Do these bytes carry a compaction? Hosts publish the state before one, so that watchers see
    /// the changes that it is about to remove.
    static member IsCompaction(bytes: ReadOnlySpan<byte>) : bool =
        bytes.Length >= IdTagBytes && bytes[IdTagBytes - 1] = CommandTag.Compact

    /// Do these bytes carry a put? It costs the same whatever the state holds.
    static member IsPut(bytes: ReadOnlySpan<byte>) : bool =
        bytes.Length >= IdTagBytes && bytes[IdTagBytes - 1] = CommandTag.Put

    /// False if the bytes are not a well-formed command. Keys and values are slices of `bytes`.
    static member TryDecode
        (
            bytes: ReadOnlyMemory<byte>,
            requestId: outref<uint64>,
            command: outref<Command>,
            caller: outref<Caller>
        ) : bool =
        let mutable reader = FieldReader bytes
        let id = reader.Fixed64()
        let decoded = CommandFields.read &reader
        let known = CallerCodec.read &reader

        if reader.IsComplete then
            requestId <- id
            command <- decoded
            caller <- known
            true
        else
            requestId <- CommandCodec.RequestId bytes.Span
            command <- Unchecked.defaultof<Command>
            caller <- Caller.Nobody
            false
