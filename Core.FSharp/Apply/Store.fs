// The store's face: the immutable value that everyone reads, and what becomes of an entry.
namespace Kv.Core.Apply

open System
open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Mvcc
open Kv.Core.V2
open Kv.Core.Auth

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

    /// What a member starts from that joins a running cluster: it knows where the others are, and
    /// has no part in any configuration until the leader sends it the state.
    static member CreateJoining(clusterId: uint64, members: Member[]) : StoreState =
        let nobody = Configuration([||], [||], [||], [||], false)

        StoreState {
            StoreData.Create(clusterId, members) with
                Configuration = nobody
        }

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
    /// Newest revision given to a compaction; -1 if none was.
    member _.CompactRevision: Revision = space.CompactRevision
    /// Keys alive now.
    member _.KeyCount: int64 = int64 space.Keys.Weight

    /// Bytes held by live keys and by retained history (keys, values, fixed cost a row). Counts
    /// what is in memory: compacted rows until a slice has removed them. So members at the same
    /// index may differ in it for a while, and it is part of no hash.
    member _.SizeBytes: int64 = space.SizeBytes

    /// Rows in memory, live and of history; what is said of `SizeBytes` holds for it, too.
    member _.RowCount: int64 = int64 space.History.Weight

    /// Bytes held by live keys alone.
    member _.LiveBytes: int64 = space.LiveBytes

    /// Bytes of keys and values put since this member began with a snapshot or with nothing; part of
    /// no hash and no snapshot.
    member _.PutBytes: int64 = space.PutBytes

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

    /// Adds to `into` the retained rows behind `after` (null: from the first on), in order of
    /// revision and place in it, until the list holds `rowsMax`: everything a file in etcd's format
    /// must have. None is added when there are no more.
    member _.ReadRows(after: Row, rowsMax: int, into: List<Row>) : unit =
        HistoryRead.retained space after rowsMax into

    /// The hash etcd keeps of a compaction at a revision, from the state before it (§6 of the same):
    /// hash, compact revision before (-1 if never compacted). `revision` must be one that this state
    /// can be compacted at.
    member _.CompactionHash(revision: Revision) : struct (uint32 * Revision) =
        check
            "hash.compaction"
            (revision > space.CompactRevision && revision <= space.Revision)
            "a hash of a compaction that cannot be"

        HashKv.ofCompaction space revision

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

    /// How many keys are attached to a lease; 0 if there is no such lease.
    member _.LeaseKeyCount(id: LeaseId) : int = Leases.keyCount data.Leases id

    /// Members by ascending id.
    member _.Members: IReadOnlyList<Member> = data.Cluster.Members
    /// Ids that were removed and can never come back.
    member _.RemovedMembers: IReadOnlyList<NodeId> = data.Cluster.Removed
    /// Active alarms.
    member _.Alarms: IReadOnlyList<struct (NodeId * AlarmKind)> = data.Cluster.Alarms
    /// The cluster's agreed version ("3.6.0"), empty until set.
    member _.ClusterVersion: string = data.Cluster.Version
    /// The version the cluster is to go back to ("3.5.0"); empty if to none.
    member _.DowngradeTarget: string = data.Cluster.DowngradeTarget
    /// The tree of etcd's v2 API, which shares nothing with the keys above.
    member _.V2: V2State = data.V2
    /// Users and roles, and what they may do.
    member _.Auth: AuthState = data.Auth

    /// Whether the caller may have the command done, if it were done now.
    member _.Check(caller: Caller, command: Command) : StoreError =
        Access.check data.Auth data.Leases caller command

    /// Whether the caller may read all that a transaction reads.
    member _.CheckTxn(caller: Caller, request: TxnRequest) : StoreError =
        if data.Auth.IsEnabled then
            Access.txn data.Auth data.Leases caller request
        else
            StoreError.None
