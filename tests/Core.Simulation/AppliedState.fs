// The simulated state machine: not data, only proof of what was applied. Two members with the same
// index and hash have applied the same entries in the same order.
namespace Kv.Core.Simulation

open System
open System.Buffers.Binary
open Kv.Core
open Kv.Core.Raft

/// The state after applying everything up to `Index`; immutable, so a snapshot is a reference.
[<Sealed; AllowNullLiteral>]
type AppliedState(index: LogIndex, term: Term, hash: uint64, configuration: Configuration) =
    member _.Index = index
    member _.Term = term
    /// Running hash over (index, term, kind, data) of every entry applied so far.
    member _.Hash = hash
    /// The configuration after `Index`.
    member _.Configuration = configuration
    /// How a snapshot of this state is named.
    member _.Mark = SnapshotMark(index, term, configuration)

/// Fingerprints of entries, and the ids of what the workload proposes.
[<RequireQualifiedAccess>]
module Payload =
    let private prime = 1099511628211UL

    /// A hash of the entry's kind and data.
    let fingerprint (entry: Entry) : uint64 =
        let mutable hash = 14695981039346656037UL ^^^ uint64 entry.Kind

        for value in entry.Data.Span do
            hash <- (hash ^^^ uint64 value) * prime

        hash

    /// The running hash after one more entry.
    let chain (hash: uint64) (entry: Entry) : uint64 =
        let mixed = (hash ^^^ entry.Index) * prime
        let mixed = (mixed ^^^ entry.Term) * prime
        (mixed ^^^ fingerprint entry) * prime + (mixed >>> 31)

    /// Bytes of a proposal: its id, then padding up to `length` (at least 8).
    let create (id: uint64) (length: int) : ReadOnlyMemory<byte> =
        let bytes = Array.create (max 8 length) (byte id)
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(), id)
        ReadOnlyMemory bytes

    /// The id in a proposal's bytes; 0 for the empty entry of a new leader.
    let id (data: ReadOnlyMemory<byte>) : uint64 =
        if data.Length < 8 then
            0UL
        else
            BinaryPrimitives.ReadUInt64LittleEndian data.Span
