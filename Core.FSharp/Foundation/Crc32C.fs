// CRC-32C (Castagnoli) over pieces of bytes, with the processor's instruction where it has one.
// The value handed around is the raw register, as etcd's rolling checksums need it.
namespace Kv.Core

open System
open System.Buffers.Binary
open System.Numerics

[<RequireQualifiedAccess>]
module internal Crc32C =
    /// The register before any byte.
    [<Literal>]
    let Start = 0xFFFFFFFFu

    /// The register after `bytes`.
    let append (register: uint32) (bytes: ReadOnlySpan<byte>) : uint32 =
        let mutable crc = register
        let mutable at = 0

        while bytes.Length - at >= 8 do
            crc <-
                BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice at))

            at <- at + 8

        while at < bytes.Length do
            crc <- BitOperations.Crc32C(crc, bytes[at])
            at <- at + 1

        crc

    /// The checksum a register stands for.
    let finish (register: uint32) : uint32 = ~~~register

    /// The checksum of `bytes` alone.
    let compute (bytes: ReadOnlySpan<byte>) : uint32 = finish (append Start bytes)
