// What a recorder keeps of commands: how long they are, nothing else. The reducer looks at no more of
// them, so a run can be repeated with stand-ins of the same lengths, and no key, value, password or
// token gets into a recording, not even as a digest that could confirm a guess. Commands of one length
// in a row, which is what clients mostly write, take three bytes together.
namespace Kv.Core.Raft

open System
open System.Buffers
open System.Runtime.InteropServices
open System.Threading
open Kv.Core

/// Data that stand for a command of which only the length is known.
[<AbstractClass; Sealed>]
type internal StandIn private () =
    static let mutable zeros: byte[] = Array.zeroCreate 65_536

    /// Data of this length.
    static member Of(length: int) : ReadOnlyMemory<byte> =
        let mutable known = Volatile.Read(&zeros)

        if known.Length < length then
            known <- Array.zeroCreate (max length (2 * known.Length))
            Volatile.Write(&zeros, known)

        ReadOnlyMemory(known, 0, length)

    /// True for what `Of` made last, as far as that can be told: it is only for showing them.
    static member Is(data: ReadOnlyMemory<byte>) : bool =
        let mutable segment = ArraySegment<byte>()

        MemoryMarshal.TryGetArray(data, &segment)
        && Object.ReferenceEquals(segment.Array, Volatile.Read(&zeros))

/// Sequences of lengths.
[<RequireQualifiedAccess>]
module internal Runs =
    /// Longest command and most commands in one sequence: more is damage. Nobody may send so much.
    let private lengthMax = 1UL <<< 30

    let private countMax = 1UL <<< 24

    let private readBounded (reader: Reader) (max: uint64) : int =
        let value = reader.Integer()

        if value > max then
            reader.Fail()
            0
        else
            int value

    /// A sequence of `count` items in runs that each begin with their length.
    let private fill (reader: Reader) (count: int) (readRun: int -> int -> unit) =
        let mutable read = 0

        while reader.IsSound && read < count do
            let run = readBounded reader (uint64 (count - read))

            if run = 0 then
                reader.Fail()
            else
                readRun read run
                read <- read + run

    let writeLengths writer (payloads: ReadOnlyMemory<byte>[]) =
        Wire.write writer (uint64 payloads.Length)
        let mutable first = 0

        while first < payloads.Length do
            let length = payloads[first].Length
            let mutable next = first + 1

            while next < payloads.Length && payloads[next].Length = length do
                next <- next + 1

            Wire.write writer (uint64 (next - first))
            Wire.write writer (uint64 length)
            first <- next

    let readLengths (reader: Reader) : ReadOnlyMemory<byte>[] =
        let payloads = Array.zeroCreate (readBounded reader countMax)

        fill reader payloads.Length (fun first run ->
            let data = StandIn.Of(readBounded reader lengthMax)
            Array.fill payloads first run data)

        payloads

    /// Where the run that begins with this entry ends. What the reducer reads, which is
    /// configurations, is kept as it is, each for itself.
    let private endOfRun (entries: Entry[]) (first: int) =
        let start = entries[first]
        let mutable next = first + 1

        if start.Kind = EntryKind.Normal then
            while next < entries.Length
                  && entries[next].Kind = EntryKind.Normal
                  && entries[next].Term = start.Term
                  && entries[next].Data.Length = start.Data.Length do
                next <- next + 1

        next

    /// Indexes are not written: they follow on from the one before.
    let writeEntries writer (entries: Entry[]) =
        Wire.write writer (uint64 entries.Length)
        let mutable first = 0

        while first < entries.Length do
            let start = entries[first]
            let next = endOfRun entries first
            Wire.write writer (uint64 (next - first))
            Wire.write writer start.Term
            Wire.writeByte writer (byte start.Kind)

            if start.Kind = EntryKind.Configuration then
                Wire.writeBytes writer start.Data
            else
                Wire.write writer (uint64 start.Data.Length)

            first <- next

    let readEntries (reader: Reader) (previous: LogIndex) : Entry[] =
        let entries = Array.zeroCreate (readBounded reader countMax)

        if previous > UInt64.MaxValue - uint64 entries.Length then
            reader.Fail()

        fill reader entries.Length (fun first run ->
            let term = reader.Integer()
            let kind = reader.Kind()

            let data =
                if kind = EntryKind.Configuration then
                    reader.Bytes()
                else
                    StandIn.Of(readBounded reader lengthMax)

            for i in first .. first + run - 1 do
                entries[i] <- Entry(previous + uint64 i + 1UL, term, kind, data))

        if reader.IsSound then entries else [||]
