// The parts that encoded bytes are made of: LEB128 integers, bytes with their length, sets of ids.
// Reading never trusts a length.
namespace Kv.Core.Raft

open System
open System.Buffers
open Kv.Core

/// Writes integers and bytes.
[<RequireQualifiedAccess>]
module internal Wire =
    let writeByte (writer: IBufferWriter<byte>) (value: byte) =
        writer.GetSpan(1)[0] <- value
        writer.Advance 1

    let write (writer: IBufferWriter<byte>) (value: uint64) =
        let span = writer.GetSpan 10
        let mutable rest = value
        let mutable length = 0

        while rest >= 0x80UL do
            span[length] <- byte rest ||| 0x80uy
            rest <- rest >>> 7
            length <- length + 1

        span[length] <- byte rest
        writer.Advance(length + 1)

    let writeBool writer (value: bool) =
        writeByte writer (if value then 1uy else 0uy)

    let writeBytes writer (bytes: ReadOnlyMemory<byte>) =
        write writer (uint64 bytes.Length)
        writer.Write bytes.Span

    let writeNodes writer (nodes: NodeId[]) =
        write writer (uint64 nodes.Length)

        for node in nodes do
            write writer node

/// Reads what `Wire` wrote. Past the first thing that is not well-formed it fails for good and
/// gives zeros, so callers check once, at the end.
[<Sealed>]
type internal Reader(bytes: ReadOnlyMemory<byte>) =
    let mutable position = 0
    let mutable isSound = true

    member _.Fail() = isSound <- false

    /// Everything was well-formed and nothing is left over.
    member _.IsComplete = isSound && position = bytes.Length

    member _.IsSound = isSound

    member this.Byte() : byte =
        if isSound && position < bytes.Length then
            position <- position + 1
            bytes.Span[position - 1]
        else
            this.Fail()
            0uy

    /// One value has one encoding: no padding, nothing past 64 bits.
    member this.Integer() : uint64 =
        let mutable value = 0UL
        let mutable shift = 0
        let mutable goesOn = true

        while goesOn do
            let next = this.Byte()
            let bits = uint64 (next &&& 0x7Fuy)

            if (shift = 63 && bits > 1UL) || (shift > 0 && next = 0uy) then
                this.Fail()

            value <- value ||| (bits <<< shift)
            shift <- shift + 7
            goesOn <- isSound && next >= 0x80uy && shift < 70

            if shift >= 70 && next >= 0x80uy then
                this.Fail()

        if isSound then value else 0UL

    member this.Bool() : bool =
        let value = this.Byte()

        if value > 1uy then
            this.Fail()

        value = 1uy

    /// How many items follow, each at least `bytesMin` long.
    member this.Count(bytesMin: int) : int =
        let count = this.Integer()

        if isSound && count <= uint64 ((bytes.Length - position) / bytesMin) then
            int count
        else
            this.Fail()
            0

    member this.Bytes() : ReadOnlyMemory<byte> =
        let length = this.Count 1
        position <- position + length
        bytes.Slice(position - length, length)

    member this.Nodes() : NodeId[] =
        Array.init (this.Count 1) (fun _ -> this.Integer())

    member this.Kind() : EntryKind =
        let kind = this.Byte()

        if kind > 1uy then
            this.Fail()

        LanguagePrimitives.EnumOfValue kind
