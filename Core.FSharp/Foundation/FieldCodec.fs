// Fields of the core's own binary forms: little-endian fixed numbers, base-128 varints, byte runs
// with a length in front. Reading never trusts a length and never throws.
namespace Kv.Core

open System
open System.Buffers.Binary
open System.Numerics
open System.Text

/// Appends fields to a buffer that grows; can be emptied and used again.
[<Sealed; AllowNullLiteral>]
type internal FieldWriter(capacity: int) =
    let mutable buffer: byte[] = Array.zeroCreate (max 16 capacity)
    let mutable length = 0

    let reserve (count: int) =
        if buffer.Length - length < count then
            Array.Resize(&buffer, max (length + count) (buffer.Length * 2))

    member _.Length = length
    member _.Clear() = length <- 0
    member _.Written: ReadOnlySpan<byte> = ReadOnlySpan<byte>(buffer, 0, length)

    /// What was written, as an array of exactly that. The writer must not be used any more: if the
    /// capacity was exact, this is its buffer.
    member this.Detach() : byte[] =
        if length = buffer.Length then
            buffer
        else
            this.Written.ToArray()

    /// Bytes a number takes as a varint.
    static member VarintSize(value: uint64) : int =
        (BitOperations.Log2(value ||| 1UL) + 7) / 7

    member _.Byte(value: byte) : unit =
        reserve 1
        buffer[length] <- value
        length <- length + 1

    member this.Flag(value: bool) : unit = this.Byte(if value then 1uy else 0uy)

    /// Eight bytes, least significant first.
    member _.Fixed64(value: uint64) : unit =
        reserve 8
        BinaryPrimitives.WriteUInt64LittleEndian(Span<byte>(buffer, length, 8), value)
        length <- length + 8

    member _.Varint(value: uint64) : unit =
        reserve 10
        let mutable rest = value

        while rest >= 0x80UL do
            buffer[length] <- byte rest ||| 0x80uy
            length <- length + 1
            rest <- rest >>> 7

        buffer[length] <- byte rest
        length <- length + 1

    /// A signed number as its two's complement: short when it is not negative.
    member this.Signed(value: int64) : unit = this.Varint(uint64 value)

    member this.Raw(bytes: ReadOnlySpan<byte>) : unit =
        reserve bytes.Length
        bytes.CopyTo(Span<byte>(buffer, length, bytes.Length))
        length <- length + bytes.Length

    member this.Bytes(bytes: ReadOnlySpan<byte>) : unit =
        this.Varint(uint64 bytes.Length)
        this.Raw bytes

    member this.Text(text: string) : unit =
        this.Bytes(ReadOnlySpan<byte>(Encoding.UTF8.GetBytes text))

    member this.Texts(texts: string[]) : unit =
        this.Varint(uint64 texts.Length)

        for text in texts do
            this.Text text

/// Reads fields. After the first one that is not there `IsFailed` is set and everything read is
/// empty, so that decoders check once, at the end.
[<Struct; NoEquality; NoComparison>]
type internal FieldReader =
    val private memory: ReadOnlyMemory<byte>
    val mutable private position: int
    val mutable private failed: bool

    new(memory) =
        {
            memory = memory
            position = 0
            failed = false
        }

    member this.IsFailed = this.failed
    member this.Left = this.memory.Length - this.position
    /// Everything was read and nothing was wrong.
    member this.IsComplete = not this.failed && this.position = this.memory.Length

    /// Declares the input malformed.
    member this.Fail() : unit =
        this.failed <- true
        this.position <- this.memory.Length

    member this.Byte() : byte =
        if this.Left < 1 then
            this.Fail()
            0uy
        else
            let value = this.memory.Span[this.position]
            this.position <- this.position + 1
            value

    /// A byte that is at most `most`.
    member this.ByteUpTo(most: byte) : byte =
        let value = this.Byte()

        if value > most then
            this.Fail()
            0uy
        else
            value

    member this.Flag() : bool = this.ByteUpTo 1uy = 1uy

    member this.Fixed64() : uint64 =
        if this.Left < 8 then
            this.Fail()
            0UL
        else
            let value =
                BinaryPrimitives.ReadUInt64LittleEndian(this.memory.Span.Slice(this.position, 8))

            this.position <- this.position + 8
            value

    member this.Varint() : uint64 =
        let span = this.memory.Span
        let mutable value = 0UL
        let mutable shift = 0
        let mutable goOn = true

        while goOn do
            if this.position >= span.Length || shift > 63 then
                this.Fail()
                value <- 0UL
                goOn <- false
            else
                let next = span[this.position]
                this.position <- this.position + 1

                if shift = 63 && next > 1uy then
                    this.Fail()
                    value <- 0UL
                    goOn <- false
                else
                    value <- value ||| (uint64 (next &&& 0x7Fuy) <<< shift)
                    shift <- shift + 7
                    goOn <- next >= 0x80uy

        value

    member this.Signed() : int64 = int64 (this.Varint())

    /// A number of things that take at least `bytesEach` bytes each.
    member this.Count(bytesEach: int) : int =
        let count = this.Varint()

        if count > uint64 (this.Left / bytesEach) then
            this.Fail()
            0
        else
            int count

    /// A slice of the input.
    member this.Bytes() : ReadOnlyMemory<byte> =
        let length = this.Count 1
        let bytes = this.memory.Slice(this.position, length)
        this.position <- this.position + length
        bytes

    member this.Text() : string =
        Encoding.UTF8.GetString(this.Bytes().Span)

    member this.Texts() : string[] =
        let texts = Array.zeroCreate<string>(this.Count 1)

        for i in 0 .. texts.Length - 1 do
            texts[i] <- this.Text()

        texts
