// Bytes of messages: everything comes back as it was, and no bytes at all can do harm.
namespace Kv.Core.Tests.Raft

open System
open System.Buffers
open Kv.Core
open Kv.Core.Raft
open FsCheck.Xunit
open Xunit

type CodecTests() =
    let encode (message: Message) =
        let writer = ArrayBufferWriter<byte>()
        MessageCodec.Encode(message, writer)
        writer.WrittenMemory.ToArray()

    let decode (bytes: byte[]) =
        let mutable message: Message = null
        let sound = MessageCodec.TryDecode(ReadOnlyMemory bytes, &message)
        Assert.Equal(sound, not (isNull message))
        message

    let random (seed: int) = Random seed
    let number = AnyMessage.number UInt64.MaxValue
    let data = AnyMessage.data
    let message = AnyMessage.message UInt64.MaxValue

    [<Property(MaxTest = 1000)>]
    member _.``A message comes back as it was``(seed: int) =
        let original = message (random seed)
        let bytes = encode original
        let decoded = decode bytes
        Assert.NotNull decoded
        Assert.Equal(Describe.Message original, Describe.Message decoded)
        Assert.Equal<byte>(bytes, encode decoded)

    [<Property(MaxTest = 300)>]
    member _.``A message cut short or with something behind it is none``(seed: int) =
        let bytes = encode (message (random seed))

        for length in 0 .. bytes.Length - 1 do
            Assert.Null(decode (Array.truncate length bytes))

        Assert.Null(decode (Array.append bytes [| 0uy |]))

    [<Property(MaxTest = 1000)>]
    member _.``Damaged bytes give a message or none, never an error``(seed: int) =
        let random = random seed
        let bytes = encode (message random)

        for _ in 1 .. 1 + random.Next 3 do
            bytes[random.Next bytes.Length] <- byte (random.Next 256)

        let decoded = decode bytes

        if not (isNull decoded) then
            Assert.Equal<byte>(bytes, encode decoded)

    [<Property(MaxTest = 1000)>]
    member _.``Any bytes at all are survived``(bytes: byte[]) =
        decode bytes |> ignore
        decode (Array.append [| 1uy; 5uy |] bytes) |> ignore
        let mutable change: ConfigurationChange = null
        ConfigurationCodec.TryDecode(ReadOnlyMemory bytes, &change) |> ignore

        ConfigurationCodec.TryDecode(ReadOnlyMemory(Array.append [| 1uy |] bytes), &change)
        |> ignore

    [<Fact>]
    member _.``A claimed length costs nothing``() =
        let before = GC.GetAllocatedBytesForCurrentThread()
        // Append with 2^60 entries, and a proposal of 2^62 bytes.
        let huge = [| 0x80uy; 0x80uy; 0x80uy; 0x80uy; 0x80uy; 0x80uy; 0x80uy; 0x80uy; 0x10uy |]
        let start tag = [| 1uy; tag; 1uy; 2uy; 3uy |]
        Assert.Null(decode (Array.concat [ start 5uy; [| 0uy; 0uy; 0uy |]; huge ]))
        Assert.Null(decode (Array.concat [ start 12uy; [| 0uy; 1uy |]; huge ]))
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000L)

    [<Fact>]
    member _.``Entry data are slices of the bytes received``() =
        let entry = Entry(1UL, 1UL, EntryKind.Normal, ReadOnlyMemory [| 7uy; 8uy; 9uy |])
        let body = MessageBody.Append(0UL, 0UL, [| entry |], 0UL)
        let bytes = encode (Message(1UL, 2UL, 1UL, body))

        match (decode bytes).Body with
        | MessageBody.Append(_, _, entries, _) ->
            bytes[bytes.Length - 1] <- 42uy
            Assert.Equal(42uy, entries[0].Data.Span[2])
        | _ -> Assert.Fail "not an append"

    [<Fact>]
    member _.``The format does not change unnoticed``() =
        let entry = Entry(301UL, 2UL, EntryKind.Normal, ReadOnlyMemory [| 0xAAuy |])
        let body = MessageBody.Append(300UL, 2UL, [| entry |], 299UL)

        // version, tag, from, to, term; previous index and term, commit, count; term, kind, length, data
        let expected = "0105010203" + "AC0202AB0201" + "020001AA"
        Assert.Equal(expected, Convert.ToHexString(encode (Message(1UL, 2UL, 3UL, body))))

    [<Property(MaxTest = 300)>]
    member _.``A change comes back as it was``(seed: int) =
        let random = random seed

        let steps =
            Array.init (random.Next 4) (fun _ -> {
                Operation = LanguagePrimitives.EnumOfValue(byte (random.Next 3))
                Node = number random
            })

        let original = ConfigurationChange(steps, data random)
        let bytes = ConfigurationCodec.Encode original
        let mutable decoded: ConfigurationChange = null
        Assert.True(ConfigurationCodec.TryDecode(ReadOnlyMemory bytes, &decoded))
        Assert.Equal<byte>(bytes, ConfigurationCodec.Encode decoded)
        Assert.Equal(steps.Length, decoded.Steps.Length)
        Assert.True(original.Context.Span.SequenceEqual decoded.Context.Span)

        for length in 0 .. bytes.Length - 1 do
            let cut = ReadOnlyMemory(Array.truncate length bytes)
            Assert.False(ConfigurationCodec.TryDecode(cut, &decoded))
            Assert.Null decoded
