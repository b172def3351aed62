// The store's face: the immutable value that everyone reads, and what becomes of an entry.
namespace Kv.Core.Apply

open System
open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Mvcc
open Kv.Core.V2

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
type StoreState internal (data: StoreData) =
    let space = data.Space

    member internal _.Data = data

    /// The state a new cluster starts from, equal on all its members; applied index 0.
    static member Create(clusterId: uint64, members: Member[]) : StoreState =
        StoreState(StoreData.Create(clusterId, members))

    member _.ClusterId: uint64 = data.ClusterId
    member _.AppliedIndex: LogIndex = data.AppliedIndex
    /// Term of the entry at `AppliedIndex`.
    member _.AppliedTerm: Term = data.AppliedTerm
    /// Raft's configuration as of `AppliedIndex`.
    member _.Configuration: Configuration = data.Configuration

    /// Index, term and configuration a snapshot of this state stands for.
    member _.Mark: SnapshotMark =
        SnapshotMark(data.AppliedIndex, data.AppliedTerm, data.Configuration)

    member _.Revision: Revision = space.Revision
    /// Newest revision given to a compaction; 0 if none was.
    member _.CompactRevision: Revision = space.CompactRevision
    /// Keys alive now.
    member _.KeyCount: int64 = int64 space.Keys.Weight

    /// Bytes held by live keys and by retained history (keys, values, fixed cost a row). Counts
    /// what is in memory: compacted rows until a slice has removed them. So members at the same
    /// index may differ in it for a while, and it is part of no hash.
    member _.SizeBytes: int64 = space.SizeBytes

    /// Bytes held by live keys alone.
    member _.LiveBytes: int64 = space.LiveBytes

    /// Reads an interval. The error is `Compacted` or `FutureRevision`, with a null reply.
    member _.Range(request: RangeRequest) : struct (StoreError * RangeReply) =
        RangeRead.read (KeyspaceView space) request

    /// A transaction without writes, evaluated on this state (T10).
    member _.ReadTxn(request: TxnRequest) : struct (StoreError * TxnReply) =
        TxnRead.evaluate (KeyspaceView space) request

    /// The row of a key as of a revision (0: now); null if absent then or compacted.
    member _.Get(key: ReadOnlyMemory<byte>, revision: Revision) : Row =
        let view = KeyspaceView space

        if revision <= 0L then view.Newest(KeySlice.Of key)
        elif revision < space.CompactRevision then null
        else view.At(KeySlice.Of key, revision)

    /// Adds to `into` the changes from `fromRevision` on, in revision order, whole revisions only,
    /// stopping after the revision that reaches `rowsMax` rows. Returns the revision to go on from
    /// (`Revision + 1` when everything was read). `fromRevision` must be at least `CompactRevision`.
    member _.ReadHistory(fromRevision: Revision, rowsMax: int, into: List<Row>) : Revision =
        HistoryRead.read space fromRevision rowsMax into

    /// etcd's hash of the key space at a revision (0: now), snapshot-format §6: error, hash,
    /// compact revision (-1 if never compacted), hash revision.
    member _.HashKv(revision: Revision) : struct (StoreError * uint32 * Revision * Revision) =
        HashKv.compute space revision

    /// A hash of all replicated state except applied index and term: equal on all members at an
    /// equal applied index. Reads everything; costs about as much as writing a snapshot.
    member _.StateHash() : uint64 = StateHash.compute data

    member _.LeaseCount: int = data.Leases.Weight
    /// All leases by ascending id.
    member _.Leases: IReadOnlyList<Lease> = Leases.all data.Leases
    /// The lease, or null.
    member _.FindLease(id: LeaseId) : Lease = Leases.find data.Leases id

    /// Keys attached to a lease in key order; empty if there is no such lease.
    member _.LeaseKeys(id: LeaseId) : ReadOnlyMemory<byte>[] =
        Leases.keys data.Leases id |> Array.map (fun key -> ReadOnlyMemory<byte> key)

    /// Members by ascending id.
    member _.Members: IReadOnlyList<Member> = data.Cluster.Members
    /// Ids that were removed and can never come back.
    member _.RemovedMembers: IReadOnlyList<NodeId> = data.Cluster.Removed
    /// Active alarms.
    member _.Alarms: IReadOnlyList<struct (NodeId * AlarmKind)> = data.Cluster.Alarms
    /// The cluster's agreed version ("3.6.0"), empty until set.
    member _.ClusterVersion: string = data.Cluster.Version
    /// The tree of etcd's v2 API, which shares nothing with the keys above.
    member _.V2: V2State = data.V2
