// Fields written and read back, lengths that lie, and the checksum everyone else computes.
module Kv.Core.Tests.Foundation.FieldCodecTests

open System
open System.Text
open FsCheck.Xunit
open Xunit
open Kv.Core

[<Property>]
let ``fields come back as written`` (signed: int64) (bytes: byte[]) (flag: bool) =
    let bytes = if isNull bytes then [||] else bytes
    let writer = FieldWriter 0
    writer.Signed signed
    writer.Bytes(ReadOnlySpan<byte> bytes)
    writer.Flag flag
    writer.Fixed64(uint64 signed)
    writer.Texts [| "a"; "é"; "" |]
    let mutable reader = FieldReader(ReadOnlyMemory<byte>(writer.Detach()))
    Assert.Equal(signed, reader.Signed())
    Assert.Equal<byte[]>(bytes, reader.Bytes().ToArray())
    Assert.Equal(flag, reader.Flag())
    Assert.Equal(uint64 signed, reader.Fixed64())
    Assert.Equal<string[]>([| "a"; "é"; "" |], reader.Texts())
    Assert.True reader.IsComplete

[<Property>]
let ``the size of a varint is what it takes`` (value: uint64) (shift: byte) =
    let value = value >>> int (shift % 64uy)
    let writer = FieldWriter 0
    writer.Varint value
    Assert.Equal(writer.Length, FieldWriter.VarintSize value)

[<Theory>]
[<InlineData("ff")>]
[<InlineData("ffffffffffffffffff02")>]
[<InlineData("ffffffffffffffffffff01")>]
let ``a varint that does not fit fails`` (hex: string) =
    let mutable reader = FieldReader(ReadOnlyMemory<byte>(Convert.FromHexString hex))
    Assert.Equal(0UL, reader.Varint())
    Assert.True reader.IsFailed

[<Theory>]
[<InlineData("05616263")>]
[<InlineData("ffffffffffffffffff01")>]
let ``a length beyond the input fails without reading it`` (hex: string) =
    let mutable reader = FieldReader(ReadOnlyMemory<byte>(Convert.FromHexString hex))
    Assert.Equal(0, reader.Bytes().Length)
    Assert.True reader.IsFailed
    Assert.Equal(0uy, reader.Byte())
    Assert.False reader.IsComplete

[<Theory>]
[<InlineData("", 0u)>]
[<InlineData("123456789", 0xE3069283u)>]
[<InlineData("key", 0x40A4756Du)>]
let ``CRC-32C has its published values`` (text: string) (expected: uint32) =
    Assert.Equal(expected, Crc32C.compute (ReadOnlySpan<byte>(Encoding.ASCII.GetBytes text)))

[<Property>]
let ``CRC-32C in pieces equals CRC-32C at once`` (left: byte[]) (right: byte[]) =
    let left = if isNull left then [||] else left
    let right = if isNull right then [||] else right
    let first = Crc32C.append Crc32C.Start (ReadOnlySpan<byte> left)
    let whole = Crc32C.compute (ReadOnlySpan<byte>(Array.append left right))
    Assert.Equal(whole, Crc32C.finish (Crc32C.append first (ReadOnlySpan<byte> right)))
