// etcd's hash of the key space, read off the text of snapshot-format §6 step by step, over rows
// encoded with a byte list and summed with the bitwise CRC.
namespace Kv.Core.Tests.Reference

open System.Collections.Generic

[<RequireQualifiedAccess>]
module NaiveHash =
    let private crc (bytes: seq<byte>) : uint32 =
        let mutable register = 0xFFFFFFFFu

        for one in bytes do
            register <- register ^^^ uint32 one

            for _ in 1..8 do
                let carry = register &&& 1u
                register <- register >>> 1

                if carry = 1u then
                    register <- register ^^^ 0x82F63B78u

        ~~~register

    let private bigEndian (number: int64) = [ for shift in 56..-8..0 -> byte (number >>> shift) ]

    let rec private varint (number: uint64) =
        if number < 128UL then
            [ byte number ]
        else
            (byte (number &&& 127UL) ||| 128uy) :: varint (number >>> 7)

    let private number (field: int) (value: int64) =
        if value = 0L then
            []
        else
            byte (field <<< 3) :: varint (uint64 value)

    let private bytes (field: int) (text: string) =
        if text = "" then
            []
        else
            (byte (field <<< 3) ||| 2uy) :: varint (uint64 text.Length)
            @ [ for c in text -> byte c ]

    let storedKey (row: ModelRow) =
        bigEndian row.Mod
        @ [ byte '_' ]
        @ bigEndian row.Sub
        @ (if row.IsTombstone then [ byte 't' ] else [])

    let storedValue (row: ModelRow) =
        if row.IsTombstone then
            bytes 1 row.Key
        else
            bytes 1 row.Key
            @ number 2 row.Create
            @ number 3 row.Mod
            @ number 4 row.Version
            @ bytes 5 row.Value
            @ number 6 row.Lease

    /// Rules a to c.
    let private hash (model: Model) revision compacted (keep: Set<int64 * int64>) : uint32 =
        let isSkipped (row: ModelRow) =
            row.Mod > revision
            || (row.Mod <= compacted
                && not keep.IsEmpty
                && not (keep.Contains((row.Mod, row.Sub))))
            || (row.Mod = compacted && row.IsTombstone)

        let fed = List<byte>("key"B)

        for row in Model.retained model do
            if not (isSkipped row) then
                fed.AddRange(storedKey row)
                fed.AddRange(storedValue row)

        crc fed

    /// The hash at a revision that is neither compacted nor in the future.
    let compute (model: Model) (revision: int64) : uint32 =
        let compacted = model.Compacted

        let keep =
            Model.livingAt revision model |> List.map (fun row -> row.Mod, row.Sub) |> set

        hash model revision compacted keep

    /// The hash of a compaction of the model at a revision.
    let ofCompaction (model: Model) (revision: int64) : uint32 =
        let previous = model.Compacted

        let keep =
            Model.retained { model with Compacted = revision }
            |> List.filter (fun row -> row.Mod <= revision)
            |> List.map (fun row -> row.Mod, row.Sub)
            |> set

        hash model revision previous keep
