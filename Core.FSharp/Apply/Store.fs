// The store reducer and the immutable value it works on.
namespace Kv.Core.Apply

open System
open System.Buffers
open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Mvcc

/// Bytes of commands, as they travel in log entries: request id first, then tag and fields.
[<AbstractClass; Sealed>]
type CommandCodec private () =
    /// `requestId` is 0 for commands nobody waits for.
    static member Encode(requestId: uint64, command: Command) : byte[] =
        ignore (requestId, command)
        raise (NotImplementedException())

    /// The request id an encoded command carries; 0 if there is none.
    static member RequestId(bytes: ReadOnlySpan<byte>) : uint64 =
        ignore bytes.Length
        raise (NotImplementedException())

    /// False if the bytes are not a well-formed command. Keys and values are slices of `bytes`.
    static member TryDecode(bytes: ReadOnlyMemory<byte>, requestId: outref<uint64>, command: outref<Command>) : bool =
        ignore bytes
        requestId <- 0UL
        command <- Unchecked.defaultof<Command>
        raise (NotImplementedException())

/// What became of one entry.
[<Sealed; AllowNullLiteral>]
type Outcome(index: LogIndex, requestId: uint64, error: StoreError, reply: Reply) =
    member _.Index = index
    member _.RequestId = requestId
    member _.Error = error
    /// Null if there was an error.
    member _.Reply = reply

/// All replicated state of a member at one applied index: opaque, immutable, safe to read from
/// any thread for as long as it is held.
[<Sealed; AllowNullLiteral>]
type StoreState internal () =
    /// The state a new cluster starts from, equal on all its members; applied index 0.
    static member Create(clusterId: uint64, members: Member[]) : StoreState =
        ignore (clusterId, members)
        raise (NotImplementedException())

    member _.ClusterId: uint64 = raise (NotImplementedException())
    member _.AppliedIndex: LogIndex = raise (NotImplementedException())
    /// Term of the entry at `AppliedIndex`.
    member _.AppliedTerm: Term = raise (NotImplementedException())
    /// Raft's configuration as of `AppliedIndex`.
    member _.Configuration: Configuration = raise (NotImplementedException())
    /// Index, term and configuration a snapshot of this state stands for.
    member _.Mark: SnapshotMark = raise (NotImplementedException())
    member _.Revision: Revision = raise (NotImplementedException())
    /// Newest revision given to a compaction; 0 if none was.
    member _.CompactRevision: Revision = raise (NotImplementedException())
    /// Keys alive now.
    member _.KeyCount: int64 = raise (NotImplementedException())
    /// Bytes held by live keys and by retained history (keys, values, fixed cost a row).
    member _.SizeBytes: int64 = raise (NotImplementedException())
    /// Bytes held by live keys alone.
    member _.LiveBytes: int64 = raise (NotImplementedException())

    /// Reads an interval. The error is `Compacted` or `FutureRevision`, with a null reply.
    member _.Range(request: RangeRequest) : struct (StoreError * RangeReply) =
        ignore request
        raise (NotImplementedException())

    /// A transaction without writes, evaluated on this state (T10).
    member _.ReadTxn(request: TxnRequest) : struct (StoreError * TxnReply) =
        ignore request
        raise (NotImplementedException())

    /// The row of a key as of a revision (0: now); null if absent then or compacted.
    member _.Get(key: ReadOnlyMemory<byte>, revision: Revision) : Row =
        ignore (key, revision)
        raise (NotImplementedException())

    /// Adds to `into` the changes from `fromRevision` on, in revision order, whole revisions only,
    /// stopping after the revision that reaches `rowsMax` rows. Returns the revision to go on from
    /// (`Revision + 1` when everything was read). `fromRevision` must be at least `CompactRevision`.
    member _.ReadHistory(fromRevision: Revision, rowsMax: int, into: List<Row>) : Revision =
        ignore (fromRevision, rowsMax, into)
        raise (NotImplementedException())

    /// etcd's hash of the key space at a revision (0: now), snapshot-format §6: error, hash,
    /// compact revision (-1 if never compacted), hash revision.
    member _.HashKv(revision: Revision) : struct (StoreError * uint32 * Revision * Revision) =
        ignore revision
        raise (NotImplementedException())

    /// A hash of all replicated state: equal on all members at an equal applied index.
    member _.StateHash() : uint64 = raise (NotImplementedException())

    member _.LeaseCount: int = raise (NotImplementedException())
    /// All leases by ascending id.
    member _.Leases: IReadOnlyList<Lease> = raise (NotImplementedException())
    /// The lease, or null.
    member _.FindLease(id: LeaseId) : Lease =
        ignore id
        raise (NotImplementedException())

    /// Keys attached to a lease in key order; empty if there is no such lease.
    member _.LeaseKeys(id: LeaseId) : ReadOnlyMemory<byte>[] =
        ignore id
        raise (NotImplementedException())

    /// Members by ascending id.
    member _.Members: IReadOnlyList<Member> = raise (NotImplementedException())
    /// Ids that were removed and can never come back.
    member _.RemovedMembers: IReadOnlyList<NodeId> = raise (NotImplementedException())
    /// Active alarms.
    member _.Alarms: IReadOnlyList<struct (NodeId * AlarmKind)> = raise (NotImplementedException())
    /// The cluster's agreed version ("3.6.0"), empty until set.
    member _.ClusterVersion: string = raise (NotImplementedException())

/// The store reducer.
[<AbstractClass; Sealed>]
type StoreMachine private () =
    /// The state after these entries, which must follow `AppliedIndex` without a gap. One outcome is
    /// added to `outcomes` for each Normal entry that has data, and for each Configuration entry.
    static member Apply(state: StoreState, entries: Entry[], outcomes: List<Outcome>) : StoreState =
        ignore (state, entries, outcomes)
        raise (NotImplementedException())

    /// Removes up to `rowsMax` rows that compaction has made unreachable. Changes nothing a reader
    /// can see, nor any hash. Returns the same object when there is nothing left to remove.
    static member CompactSlice(state: StoreState, rowsMax: int) : StoreState =
        ignore (state, rowsMax)
        raise (NotImplementedException())

/// Writes a state as a run of self-contained blocks of about 64 KiB; the same state gives the same
/// bytes. Framing and checksums of blocks are the host's.
[<Sealed>]
type SnapshotWriter(state: StoreState) =
    /// Writes the next block; false (and nothing written) when all have been.
    member _.WriteBlock(buffer: IBufferWriter<byte>) : bool =
        ignore (state, buffer)
        raise (NotImplementedException())

/// Rebuilds a state from the blocks of a `SnapshotWriter`.
[<Sealed>]
type SnapshotReader() =
    /// Takes the next block; false if it is malformed or out of place.
    member _.ReadBlock(block: ReadOnlyMemory<byte>) : bool =
        ignore block
        raise (NotImplementedException())

    /// The state, or null if blocks are missing.
    member _.Complete() : StoreState = raise (NotImplementedException())
