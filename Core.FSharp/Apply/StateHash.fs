// A 64-bit hash of a state: over its canonical blocks, all but the first. So it covers everything
// replicated except the applied index and term, which say where a member is, not what it holds.
namespace Kv.Core.Apply

open System
open System.Buffers.Binary
open System.Numerics
open Kv.Core

[<RequireQualifiedAccess>]
module internal StateHash =
    // Odd constants with evenly spread bits (from the golden ratio and the square root of 2).
    [<Literal>]
    let private Spread = 0x9E3779B97F4A7C15UL

    [<Literal>]
    let private Stir = 0xB504F333F9DE6485UL

    let private mix (hash: uint64) (word: uint64) : uint64 =
        BitOperations.RotateLeft(hash ^^^ (word * Spread), 29) * Stir + Spread

    let private append (hash: uint64) (bytes: ReadOnlySpan<byte>) : uint64 =
        let mutable result = mix hash (uint64 bytes.Length)
        let mutable at = 0

        while bytes.Length - at >= 8 do
            result <- mix result (BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice at))
            at <- at + 8

        let mutable tail = 0UL

        for i in bytes.Length - 1 .. -1 .. at do
            tail <- (tail <<< 8) ||| uint64 bytes[i]

        mix result tail

    let private finish (hash: uint64) : uint64 =
        let folded = (hash ^^^ (hash >>> 32)) * Stir
        folded ^^^ (folded >>> 29)

    let compute (data: StoreData) : uint64 =
        let blocks = SnapshotBlocks data
        let writer = FieldWriter(SnapshotFormat.BlockBytes + 4_096)
        let mutable hash = 0UL
        // The first block is the applied index and term.
        blocks.Next writer |> ignore

        while blocks.Next writer do
            hash <- append hash writer.Written

        finish hash
