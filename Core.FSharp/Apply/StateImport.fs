// Building a state from the rows of a file in etcd's format: the state a restored cluster starts
// from. The rows come in order of revision; the trees are built in bulk once all are there.
namespace Kv.Core.Apply

open System
open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Mvcc
open Kv.Core.Auth

/// Gathers leases and rows, and makes a state of them. For one state; not thread-safe.
[<Sealed>]
type StateImport() =
    /// Seconds; etcd's longest. For keys that name a lease that is not there: etcd keeps them.
    [<Literal>]
    static let LongestTtl = 9_000_000_000L

    /// Far beyond what can be reached by writing; keeps arithmetic on revisions from overflowing.
    [<Literal>]
    static let Largest = 0x3FFF_FFFF_FFFF_FFFFL

    static let byKey =
        Comparer<Row>.Create(fun a b ->
            let order = KeyOrder.compare (KeySlice a.KeyArray) (KeyBytes b.KeyArray)

            if order <> 0 then
                order
            else
                (RevisionKey a).CompareTo(RevisionKey b))

    let leases = SortedDictionary<LeaseId, Lease>()
    let supplied = List<LeaseId>()
    let mutable rows: Row[] = Array.zeroCreate 1_024
    let mutable count = 0
    let mutable compacted: Revision = -1L
    let users = List<User>()
    let mutable roles: Map<string, Role> = Map.empty
    let mutable isAuthEnabled = false
    let mutable authRevision = 1UL

    let hasLease (id: LeaseId) = leases.ContainsKey id

    let supply (id: LeaseId) =
        if id <> 0L && not (hasLease id) then
            leases.Add(id, Lease(id, LongestTtl, 0L))
            supplied.Add id

    /// Behind the last row with the key of the one at `first`.
    let endOf (first: int) : int =
        let key = rows[first].KeyArray
        let mutable stop = first + 1

        while stop < count && rows[stop].Key.Span.SequenceEqual(ReadOnlySpan<byte> key) do
            stop <- stop + 1

        stop

    /// The first version of a key that compaction keeps; `stop` if it keeps none.
    let firstKept (first: int) (stop: int) : int =
        let mutable last = first - 1

        while last + 1 < stop && rows[last + 1].ModRevision <= compacted do
            last <- last + 1

        if last < first then
            first
        elif rows[last].IsTombstone && rows[last].ModRevision < compacted then
            last + 1
        else
            last

    /// The row with the key's one array, so that all its versions share it.
    let sharing (key: byte[]) (row: Row) : Row =
        if Object.ReferenceEquals(row.KeyArray, key) then
            row
        else
            Row(
                key,
                row.Value,
                row.CreateRevision,
                row.ModRevision,
                row.SubRevision,
                row.Version,
                row.Lease
            )

    /// Gives the builder the key at `first`; false if its rows fit no state.
    let addKey (builder: SpaceBuilder) (first: int) (stop: int) : bool =
        let key = rows[first].KeyArray
        let mutable isFitting = true

        for i in firstKept first stop .. stop - 1 do
            isFitting <- isFitting && builder.Add(sharing key rows[i])

        isFitting

    let suppliedLeases () =
        let mutable first = 0

        while first < count do
            let stop = endOf first
            supply rows[stop - 1].Lease
            first <- stop

    let buildSpace (builder: SpaceBuilder) : Keyspace voption =
        let mutable first = 0
        let mutable isFitting = true

        while isFitting && first < count do
            let stop = endOf first
            isFitting <- addKey builder first stop
            first <- stop

        if isFitting then builder.Build() else ValueNone

    /// Largest revision that can be imported.
    static member RevisionMax: Revision = Largest

    /// The revision of the state: that of the last row, or of the compaction if that is newer.
    member _.Revision: Revision =
        let last = if count = 0 then 1L else rows[count - 1].ModRevision
        max last (max compacted 1L)

    /// Compacts the state at a revision, or at the newest of several; -1 is none.
    member _.CompactAt(revision: Revision) : unit = compacted <- max compacted revision

    /// Leases that `Complete` made for keys that named one that was not there.
    member _.SuppliedLeases: IReadOnlyList<LeaseId> = supplied

    /// Takes a lease; false if its id is 0 or was there before.
    member _.AddLease(lease: Lease) : bool =
        lease.Id <> 0L && leases.TryAdd(lease.Id, lease)

    /// Takes a user. Nobody may have the same name.
    member _.AddUser(user: User) : unit = users.Add user

    /// Takes a role. None may have the same name.
    member _.AddRole(role: Role) : unit = roles <- Map.add role.Name role roles

    /// Authentication is on.
    member _.EnableAuth() : unit = isAuthEnabled <- true

    /// Takes over the count of changes of users and roles, at least 1.
    member _.AuthRevisionAt(revision: uint64) : unit = authRevision <- max 1UL revision

    /// Takes the next row; false if it is not behind the one before, or fits no state. Keeps the
    /// row's value as it is.
    member _.AddRow(row: Row) : bool =
        let isFitting =
            row.ModRevision > 1L
            && row.ModRevision <= Largest
            && row.SubRevision >= 0L
            && (count = 0 || (RevisionKey row).CompareTo(RevisionKey rows[count - 1]) > 0)

        if isFitting then
            if count = rows.Length then
                Array.Resize(&rows, count * 2)

            rows[count] <- row
            count <- count + 1

        isFitting

    /// The state of all that was taken, for a cluster of these members at this place of the log;
    /// null if the rows do not fit together. Call it once.
    member this.Complete
        (
            clusterId: uint64,
            members: Member[],
            alarms: struct (NodeId * AlarmKind)[],
            index: LogIndex,
            term: Term
        ) : StoreState =
        let revision = this.Revision
        Array.Sort(rows, 0, count, byKey)
        suppliedLeases ()
        let builder = SpaceBuilder(revision, compacted, hasLease)

        match buildSpace builder with
        | ValueNone -> null
        | ValueSome space ->
            let entries = [|
                for lease in leases.Values -> LeaseEntry(lease, builder.LeaseKeys lease.Id)
            |]

            let data = StoreData.Create(clusterId, members)

            let cluster =
                Array.fold
                    (fun state struct (node, kind) -> ClusterState.raiseAlarm state node kind)
                    data.Cluster
                    alarms

            StoreState {
                data with
                    AppliedIndex = index
                    AppliedTerm = term
                    Space = space
                    Leases = LeaseTree.Build(entries, entries.Length)
                    Cluster = cluster
                    Auth = AuthEdit.create isAuthEnabled authRevision users roles
            }
