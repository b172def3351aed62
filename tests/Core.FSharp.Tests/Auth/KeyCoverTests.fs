// What a set of intervals covers, against a model that tries every key of a small alphabet.
module Kv.Core.Tests.Auth.KeyCoverTests

open System
open FsCheck.Xunit
open Xunit
open Kv.Core.Auth

/// Keys of up to two letters out of four, in order.
let private keys =
    let letters = [ 97uy .. 100uy ]

    [
        for a in letters do
            yield [| a |]

            for b in letters do
                yield [| a; b |]
    ]

let private any = [| 0uy |]

let private isIn (key: byte[]) (start: byte[]) (stop: byte[]) : bool =
    let compare (a: byte[]) (b: byte[]) =
        MemoryExtensions.SequenceCompareTo(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)

    match stop with
    | [||] -> compare key start = 0
    | [| 0uy |] -> compare key start >= 0
    | stop -> compare key start >= 0 && compare key stop < 0

let private interval (start: byte[], stop: byte[]) =
    match stop with
    | [||] -> KeyInterval(start, Array.append start [| 0uy |])
    | [| 0uy |] -> KeyInterval(start, null)
    | stop -> KeyInterval(start, stop)

let private covers (cover: KeyCover) (start: byte[]) (stop: byte[]) =
    cover.Covers(ReadOnlySpan<byte> start, ReadOnlySpan<byte> stop)

[<Property(MaxTest = 2_000)>]
let ``an interval is covered if each of its keys is`` (seed: int) =
    let random = Random seed

    let pick () =
        List.item (random.Next keys.Length) keys

    let range () =
        match random.Next 6 with
        | 0 -> pick (), [||]
        | 1 -> pick (), any
        | _ ->
            let a, b = pick (), pick ()

            let order =
                MemoryExtensions.SequenceCompareTo(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)

            if order < 0 then a, b
            elif order > 0 then b, a
            else a, [||]

    let permitted = List.init (random.Next 6) (fun _ -> range ())
    let cover = permitted |> List.map interval |> KeyCover.Of
    let start, stop = range ()

    // Longer keys than those of the model lie between them: only intervals, never single keys, hold those.
    let between =
        keys |> List.collect (fun key -> [ key; Array.append key [| 122uy |] ])

    // The end is open: no key of the model is as high as that.
    let beyond = [ [| 255uy; 255uy |] ]

    let expected =
        between @ beyond
        |> List.filter (fun key -> isIn key start stop)
        |> List.forall (fun key -> permitted |> List.exists (fun (a, b) -> isIn key a b))

    Assert.Equal(expected, covers cover start stop)

[<Fact>]
let ``nothing covers nothing`` () =
    let cover = KeyCover.Of []
    Assert.False(covers cover [| 97uy |] [||])
    Assert.False(covers cover [| 97uy |] any)

[<Fact>]
let ``one key is not everything from it on`` () =
    let cover = KeyCover.Of [ interval ([| 97uy |], [||]) ]
    Assert.True(covers cover [| 97uy |] [||])
    Assert.False(covers cover [| 97uy |] any)
    Assert.False(covers cover [| 97uy |] [| 98uy |])

[<Fact>]
let ``an interval without keys counts as the key it begins with`` () =
    let cover = KeyCover.Of [ interval ([| 97uy |], [| 99uy |]) ]
    Assert.True(covers cover [| 98uy |] [| 97uy |])
    Assert.True(covers cover [| 98uy |] [| 98uy |])
    Assert.False(covers cover [| 100uy |] [| 97uy |])
