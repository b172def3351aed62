// Bytes of commands: what is written is read back, and nothing else is taken for a command.
module Kv.Core.Tests.Apply.CommandCodecTests

open System
open FsCheck.Xunit
open Xunit
open Kv.Core.Mvcc
open Kv.Core.Apply
open Kv.Core.V2
open Kv.Core.Auth
open Kv.Core.Tests.Reference

let private changes: AuthChange list =
    let permission = Permission(PermissionKind.ReadWrite, [| 97uy |], [| 0uy |])

    [
        AuthChange.Enable
        AuthChange.Disable
        AuthChange.UserAdd("naïve", "hash")
        AuthChange.UserDelete "u"
        AuthChange.UserPassword("u", "")
        AuthChange.UserGrant("u", "r")
        AuthChange.UserRevoke("u", "r")
        AuthChange.RoleAdd "r"
        AuthChange.RoleDelete "r"
        AuthChange.RoleGrant("r", permission)
        AuthChange.RoleRevoke("r", [| 97uy |], [||])
    ]

let private commands: Command list =
    let compare =
        Compare(
            CompareResult.NotEqual,
            CompareTarget.Lease,
            Text.bytes "k",
            Text.bytes "l",
            -5L,
            Text.bytes "v"
        )

    let range =
        RangeRequest(
            Text.bytes "a",
            Text.bytes "\000",
            Limit = 10L,
            Revision = -1L,
            SortOrder = SortOrder.Descend,
            SortTarget = SortTarget.Value,
            KeysOnly = true,
            CountOnly = true,
            MinModRevision = 1L,
            MaxModRevision = 2L,
            MinCreateRevision = 3L,
            MaxCreateRevision = Int64.MaxValue
        )

    let put =
        PutRequest(
            Text.bytes "key",
            Text.bytes "value",
            77L,
            PreviousWanted = true,
            IgnoreValue = true,
            IgnoreLease = true
        )

    let delete = DeleteRequest(Text.bytes "a", Text.bytes "b", PreviousWanted = true)

    [
        Command.Put put
        Command.Put(Ask.put "" "")
        Command.DeleteRange delete
        Command.Txn(
            Ask.txn [ compare; Ask.value "a" CompareResult.Equal "" ] [
                Operation.Range range
                Operation.Range(Ask.range "x" "")
                Operation.Put put
                Operation.Txn(Ask.txn [ compare ] [ Operation.Delete delete ] [])
            ] [ Operation.Delete delete ]
        )
        Command.Txn(Ask.txn [] [] [])
        Command.Compact 1234567L
        Command.LeaseGrant(Int64.MaxValue, -1L)
        Command.LeaseRevoke 3L
        Command.LeaseExpire [| 1L; Int64.MaxValue |]
        Command.LeaseExpire [||]
        Command.LeaseCheckpoint([| 1L; 2L |], [| 0L; 9L |])
        Command.MemberPublish(UInt64.MaxValue, "naïve", [| "http://a"; "http://b" |])
        Command.MemberAdd(Member(5UL, "n", [| "http://p" |], [||], true))
        Command.MemberRemove 5UL
        Command.MemberPromote 6UL
        Command.MemberUpdate(7UL, [| "http://q" |])
        Command.ClusterVersion "3.6.0"
        Command.Downgrade "3.5.0"
        Command.Downgrade ""
        Command.AlarmRaise(8UL, AlarmKind.NoSpace)
        Command.AlarmClear(8UL, AlarmKind.Corrupt)
        Command.V2Write(
            V2Request(
                V2Operation.CompareAndSwap,
                Text.bytes "/a/b",
                12L,
                Value = Text.bytes "v",
                PreviousValue = Text.bytes "p",
                PreviousIndex = 3UL,
                ExpiresNs = -1L,
                IsRefresh = true,
                IsDirectory = true,
                IsRecursive = true
            )
        )
        Command.V2Write(V2Request(V2Operation.Set, Text.bytes "", 0L))
        Command.V2Expire Int64.MaxValue
        for change in changes do
            Command.Auth change
        Command.TokenIssue("u", 3UL, [| 1uy; 2uy |])
    ]

let private callers = [ Caller.Nobody; Caller.Node; Caller.User("naïve", UInt64.MaxValue) ]

let private decode (bytes: byte[]) : Command voption =
    let mutable id = 0UL
    let mutable command = Unchecked.defaultof<Command>
    let mutable caller = Unchecked.defaultof<Caller>

    if CommandCodec.TryDecode(ReadOnlyMemory<byte> bytes, &id, &command, &caller) then
        ValueSome command
    else
        ValueNone

[<Fact>]
let ``every command is read back as it was written`` () =
    for i, command in List.indexed commands do
        let id = uint64 i * 0x0102030405060708UL

        for caller in callers do
            let bytes = CommandCodec.Encode(id, command, caller)
            Assert.Equal(id, CommandCodec.RequestId(ReadOnlySpan<byte> bytes))
            let mutable found = 0UL
            let mutable decoded = Unchecked.defaultof<Command>
            let mutable by = Unchecked.defaultof<Caller>
            Assert.True(CommandCodec.TryDecode(ReadOnlyMemory<byte> bytes, &found, &decoded, &by))
            Assert.Equal(id, found)
            Assert.Equal<byte[]>(bytes, CommandCodec.Encode(id, decoded, by))

            Assert.Equal(
                (caller.IsNode, caller.Name, caller.Revision),
                (by.IsNode, by.Name, by.Revision)
            )

[<Fact>]
let ``the fields of a put come back in their places`` () =
    match decode (CommandCodec.Encode(1UL, commands[0])) with
    | ValueSome(Command.Put put) ->
        Assert.Equal("key", Text.ofBytes put.Key)
        Assert.Equal("value", Text.ofBytes put.Value)
        Assert.Equal(77L, put.Lease)
        Assert.True put.PreviousWanted
        Assert.True put.IgnoreValue
        Assert.True put.IgnoreLease
    | _ -> Assert.Fail "not a put"

[<Fact>]
let ``keys and values are slices of the input`` () =
    let bytes = CommandCodec.Encode(1UL, Command.Put(Ask.put "key" "value"))

    match decode bytes with
    | ValueSome(Command.Put put) ->
        bytes[bytes.Length - 1] <- byte 'X'
        Assert.Equal("valuX", Text.ofBytes put.Value)
    | _ -> Assert.Fail "not a put"

[<Fact>]
let ``the bytes of a put are fixed for ever`` () =
    let bytes = CommandCodec.Encode(0x0102UL, Command.Put(Ask.leased "k" "vw" 300L))

    Assert.Equal(
        "0201000000000000" + "01" + "00" + "AC02" + "016B" + "027677",
        Convert.ToHexString bytes
    )

[<Fact>]
let ``room for a put is reserved exactly`` () =
    for length in [ 0; 127; 128; 20_000 ] do
        let request = Ask.leased "key" (String('v', length)) (int64 length)
        let bytes = CommandCodec.Encode(1UL, Command.Put request)
        Assert.Equal(bytes.Length, 9 + RequestCodec.putSize request)

[<Fact>]
let ``no part of a command is a command, nor one with something behind it`` () =
    for command in commands do
        let bytes = CommandCodec.Encode(9UL, command)

        for length in 0 .. bytes.Length - 1 do
            Assert.Equal(ValueNone, decode (Array.sub bytes 0 length))

        Assert.Equal(ValueNone, decode (Array.append bytes [| 0uy |]))

[<Fact>]
let ``an id is found only where there is one`` () =
    Assert.Equal(0UL, CommandCodec.RequestId(ReadOnlySpan<byte>([| 1uy; 2uy |])))

[<Property(MaxTest = 2_000)>]
let ``changed bytes are refused or are another command, and never an exception`` (seed: int) =
    let random = Random seed
    let command = commands[random.Next commands.Length]
    let bytes = CommandCodec.Encode(1UL, command)

    for _ in 0 .. random.Next 3 do
        bytes[random.Next(8, bytes.Length)] <- byte (random.Next 256)

    match decode bytes with
    | ValueSome decoded ->
        // What is accepted has a written form of its own.
        Assert.NotEmpty(CommandCodec.Encode(1UL, decoded))
    | ValueNone -> ()

[<Property(MaxTest = 500)>]
let ``garbage is never an exception`` (bytes: byte[]) =
    let bytes = if isNull bytes then [||] else bytes

    let tagged =
        Array.concat [ Array.zeroCreate 8; [| byte (bytes.Length % 17) |]; bytes ]

    decode tagged |> ignore

[<Fact>]
let ``transactions nested without end are refused`` () =
    let nest = [| 0uy; 1uy; 4uy |]

    let bytes =
        Array.concat (
            seq {
                Array.zeroCreate 8
                [| 3uy |]
                yield! Seq.replicate 100_000 nest
            }
        )

    Assert.Equal(ValueNone, decode bytes)

[<Fact>]
let ``a malformed entry is skipped with an outcome and changes nothing`` () =
    let store = TestStore()
    store.Put("a", "1") |> ignore
    let before = store.State

    for data in [ [| 1uy |]; Array.append (BitConverter.GetBytes 55UL) [| 200uy |] ] do
        let outcome =
            store.ApplyEntry(Kv.Core.Raft.EntryKind.Normal, data) |> List.exactlyOne

        Assert.Equal(StoreError.Malformed, outcome.Error)
        Assert.Null outcome.Reply
        Assert.Equal((if data.Length > 8 then 55UL else 0UL), outcome.RequestId)

    Assert.Equal(before.AppliedIndex + 2UL, store.State.AppliedIndex)
    Assert.Equal(before.StateHash(), store.State.StateHash())
