// What happened in a run: always a hash over every event (two runs of one seed must agree on it),
// and, when a failed seed is run again, the last lines in fixed columns for a person to read.
namespace Kv.Core.Simulation

open System
open System.Collections.Generic
open Kv.Core

/// A rule of Raft (or of the host contract) was broken in a simulated run.
[<Sealed>]
type Violation(rule: string, message: string) =
    inherit Exception(message)
    /// The checker's name of the rule.
    member _.Rule = rule

[<AutoOpen>]
module Violations =
    /// Ends the run: `rule` was broken.
    let violated (rule: string) (message: string) : 'a = raise (Violation(rule, message))

/// The kinds of trace lines; the three numbers of a line mean what the comment says.
type TraceKind =
    /// member, incarnation, last durable index
    | Start = 0
    /// member, batches lost, batches kept
    | Crash = 1
    /// from, message number of the body, term
    | Receive = 2
    /// to, message number of the body, term
    | Send = 3
    /// to, message number of the body, why (0 loss, 1 partition, 2 target down)
    | Drop = 4
    /// sequence, first entry, entries
    | Persist = 5
    /// sequence, 0, 0
    | Durable = 6
    /// first index, last index, 0
    | Apply = 7
    /// role, term, commit
    | State = 8
    /// first proposal id, count, 0
    | Propose = 9
    /// context, bound, 0
    | Read = 10
    /// context, index, 0
    | ReadDone = 11
    /// index, 0, 0
    | Snapshot = 12
    /// peer, index, succeeded
    | SnapshotSent = 13
    /// index, 0, 0
    | Restore = 14
    /// change id, steps, 0
    | Change = 15
    /// target, 0, 0
    | Transfer = 16
    /// kind (0 partition, 1 its end, 2 clog, 3 taken away for good), a, b
    | Fault = 17
    /// kind, 0, 0
    | Refuse = 18

/// The record of a run. `isRecording`: keep the last lines, not only the hash.
[<Sealed>]
type Trace(isRecording: bool, linesMax: int) =
    let lines = Queue<string>()
    let mutable hash = 14695981039346656037UL
    let mutable step = 0L

    let fold (value: uint64) =
        hash <- (hash ^^^ value) * 1099511628211UL + (hash >>> 29)

    let column (width: int) (value: uint64) = value.ToString().PadLeft width

    let keep (line: string) =
        lines.Enqueue line

        if lines.Count > linesMax then
            lines.Dequeue() |> ignore

    /// Whether text handed to `Note` is kept; build it only then.
    member _.IsRecording = isRecording
    /// Events so far.
    member _.Step = step
    /// Hash of every event so far.
    member _.Hash = hash
    /// The last lines, oldest first (empty unless recording).
    member _.Lines = lines.ToArray()

    /// Adds one event. `time` is in time units (`Time.unitsPerTick` to a tick).
    member _.Event(time: int64, node: NodeId, kind: TraceKind, a: uint64, b: uint64, c: uint64) =
        step <- step + 1L
        fold (uint64 time)
        fold node
        fold (uint64 kind)
        fold a
        fold b
        fold c

        if isRecording then
            keep (
                String.Concat(
                    [|
                        step.ToString().PadLeft 7
                        time.ToString().PadLeft 8
                        "  n"
                        node.ToString().PadRight 3
                        kind.ToString().PadRight 13
                        column 10 a
                        column 10 b
                        column 10 c
                    |]
                )
            )

    /// Adds words to the last line when recording.
    member _.Note(text: string) =
        if isRecording then
            keep (String.Concat("                      ", text))
