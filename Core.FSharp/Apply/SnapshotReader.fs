// Rebuilding a state from its canonical blocks. Every rule that the blocks of a real state keep is
// checked, so that what is accepted writes the same bytes again.
namespace Kv.Core.Apply

open System
open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Mvcc

/// Gathers the rows of a snapshot, key by key, and builds the key space from them.
[<Sealed>]
type private SpaceBuilder(revision: Revision, compacted: Revision, hasLease: LeaseId -> bool) =
    let mutable rows: Row[] = Array.zeroCreate 1_024
    let mutable count = 0
    // Where the versions of the key at hand begin.
    let mutable first = 0
    let entries = List<KeyEntry>()
    let attached = Dictionary<LeaseId, List<KeyBytes>>()
    let mutable sizeBytes = 0L
    let mutable liveBytes = 0L

    let attach (row: Row) =
        let mutable keys: List<KeyBytes> = null

        if not (attached.TryGetValue(row.Lease, &keys)) then
            keys <- List<KeyBytes>()
            attached.Add(row.Lease, keys)

        keys.Add(KeyBytes row.KeyArray)

    /// Ends the key at hand; false if its versions are none that a state could hold.
    let close () : bool =
        if first = count then
            true
        else
            let newest = rows[count - 1]
            let versions = Versions.ofRows rows first (count - first)
            entries.Add(KeyEntry(newest.KeyArray, versions))
            first <- count

            if not newest.IsTombstone then
                liveBytes <- liveBytes + RowBytes.size newest

            if newest.Lease <> 0L && hasLease newest.Lease then
                attach newest

            Versions.deadCount versions compacted = 0
            && (newest.Lease = 0L || hasLease newest.Lease)

    let isAfter (row: Row) (previous: Row) =
        (RevisionKey row).CompareTo(RevisionKey previous) > 0

    let isValid (row: Row) =
        row.ModRevision <= revision
        && row.ModRevision > 1L
        && row.SubRevision >= 0L
        && (row.IsTombstone
            || (row.Version > 0L && row.CreateRevision > 1L && row.CreateRevision <= row.ModRevision))

    let push (row: Row) =
        if count = rows.Length then
            Array.Resize(&rows, count * 2)

        rows[count] <- row
        count <- count + 1
        sizeBytes <- sizeBytes + RowBytes.size row

    /// Puts the rows in order of revision; false if two have the same place.
    let sort () : bool =
        let mains = Array.init count (fun i -> rows[i].ModRevision)
        Array.Sort(mains, rows, 0, count)

        let bySub =
            Comparer<Row>.Create(fun a b -> a.SubRevision.CompareTo b.SubRevision)

        let mutable start = 0
        let mutable isUnique = true

        while start < count do
            let mutable stop = start + 1

            while stop < count && mains[stop] = mains[start] do
                stop <- stop + 1

            if stop - start > 1 then
                Array.Sort(rows, start, stop - start, bySub)

                for i in start + 1 .. stop - 1 do
                    isUnique <- isUnique && rows[i].SubRevision > rows[i - 1].SubRevision

            start <- stop

        isUnique

    /// The key of the row added last; null before the first.
    member _.LastKey: byte[] = if count = 0 then null else rows[count - 1].KeyArray

    member _.Count = count

    /// Takes the next row, of the same key or of one that sorts behind it; false if it is out of
    /// place.
    member _.Add(row: Row) : bool =
        let order =
            if count = 0 then
                1
            else
                KeyOrder.compare (KeySlice row.KeyArray) (KeyBytes rows[count - 1].KeyArray)

        let isFitting =
            isValid row
            && (if order > 0 then close ()
                else order = 0 && isAfter row rows[count - 1])

        if isFitting then
            push row

        isFitting

    /// The keys of a lease, in order.
    member _.LeaseKeys(id: LeaseId) : LeaseKeyTree =
        let mutable keys: List<KeyBytes> = null

        if attached.TryGetValue(id, &keys) then
            LeaseKeyTree.Build(keys.ToArray(), keys.Count)
        else
            LeaseKeyTree.Empty

    /// The key space of all rows; no value if they do not fit together.
    member _.Build() : Keyspace voption =
        if not (close ()) then
            ValueNone
        else
            let keys = KeyTree.Build(entries.ToArray(), entries.Count)

            if not (sort ()) then
                ValueNone
            else
                let items = Array.init count (fun i -> HistoryItem rows[i])

                ValueSome
                    { Keys = keys
                      History = HistoryTree.Build(items, count)
                      Revision = revision
                      CompactRevision = compacted
                      SweepFrom = RevisionKey(compacted + 1L, 0L)
                      SizeBytes = sizeBytes
                      LiveBytes = liveBytes }

/// Rebuilds a state from the blocks of a `SnapshotWriter`.
[<Sealed>]
type SnapshotReader() =
    let leases = List<Lease>()
    let mutable data = Unchecked.defaultof<StoreData>
    let mutable builder = Unchecked.defaultof<SpaceBuilder>
    let mutable result: StoreState = null
    let mutable isFailed = false
    // Kind of the last block, and number of the next.
    let mutable kind = 0uy
    let mutable number = 0UL
    let mutable index = 0UL
    let mutable term = 0UL

    let hasLease (id: LeaseId) =
        let mutable low = 0
        let mutable high = leases.Count - 1
        let mutable isFound = false

        while not isFound && low <= high do
            let middle = (low + high) >>> 1

            if leases[middle].Id = id then isFound <- true
            elif leases[middle].Id < id then low <- middle + 1
            else high <- middle - 1

        isFound

    let readIds (reader: byref<FieldReader>) : NodeId[] =
        let ids = Array.zeroCreate<NodeId> (reader.Count 8)

        for i in 0 .. ids.Length - 1 do
            ids[i] <- reader.Fixed64()

            if i > 0 && ids[i] <= ids[i - 1] then
                reader.Fail()

        ids

    let readConfiguration (reader: byref<FieldReader>) : Configuration =
        let voters = readIds &reader
        let outgoing = readIds &reader
        let learners = readIds &reader
        let learnersNext = readIds &reader
        let configuration = Configuration(voters, outgoing, learners, learnersNext, reader.Flag())

        if not (Membership.isWellFormed configuration) then
            reader.Fail()

        configuration

    let readMembers (reader: byref<FieldReader>) : Member[] =
        let members = Array.zeroCreate<Member> (reader.Count 12)

        for i in 0 .. members.Length - 1 do
            members[i] <- MemberCodec.read &reader

            if i > 0 && members[i].Id <= members[i - 1].Id then
                reader.Fail()

        members

    let readAlarms (reader: byref<FieldReader>) : struct (NodeId * AlarmKind)[] =
        let alarms = Array.zeroCreate<struct (NodeId * AlarmKind)> (reader.Count 9)

        for i in 0 .. alarms.Length - 1 do
            let node = reader.Fixed64()
            alarms[i] <- struct (node, enum<AlarmKind> (int (reader.ByteUpTo 2uy)))

        alarms

    let readPosition (reader: byref<FieldReader>) =
        if reader.Byte() <> SnapshotFormat.Version then
            reader.Fail()

        index <- reader.Varint()
        term <- reader.Varint()

    let readCluster (reader: byref<FieldReader>) =
        let clusterId = reader.Fixed64()
        let configuration = readConfiguration &reader
        let revision = reader.Signed()
        let compacted = reader.Signed()
        let members = readMembers &reader
        let removed = readIds &reader
        let alarms = readAlarms &reader
        let version = reader.Text()

        if revision < 1L || compacted < 0L || compacted > revision then
            reader.Fail()

        builder <- SpaceBuilder(revision, compacted, hasLease)

        data <-
            { ClusterId = clusterId
              AppliedIndex = index
              AppliedTerm = term
              Configuration = configuration
              Space = Keyspace.Empty
              Leases = LeaseTree.Empty
              Cluster =
                { Members = members
                  Removed = removed
                  Alarms = alarms
                  Version = version } }

    let readLeases (reader: byref<FieldReader>) =
        while reader.Left > 0 do
            let id = reader.Signed()
            let ttl = reader.Signed()
            let remaining = reader.Signed()

            if id <= 0L || (leases.Count > 0 && id <= leases[leases.Count - 1].Id) then
                reader.Fail()
            else
                leases.Add(Lease(id, ttl, remaining))

    /// The rest of a row whose key is known.
    let readRow (reader: byref<FieldReader>) (flags: byte) (key: byte[]) : Row =
        let main = reader.Signed()
        let sub = reader.Signed()

        if flags &&& SnapshotFormat.Tombstone <> 0uy then
            if flags &&& SnapshotFormat.Leased <> 0uy then
                reader.Fail()

            Row.Tombstone(key, main, sub)
        else
            let create = main - reader.Signed()
            let version = reader.Signed()
            let lease = if flags &&& SnapshotFormat.Leased <> 0uy then reader.Signed() else 0L
            // A copy: a slice would keep the whole block in memory for one row.
            let value = reader.Bytes()

            if version <= 0L then
                reader.Fail()

            Row(key, ReadOnlyMemory<byte>(value.ToArray()), create, main, sub, version, lease)

    let readRows (reader: byref<FieldReader>) =
        let mutable last: byte[] = null

        while reader.Left > 0 do
            let flags = reader.ByteUpTo 7uy
            let isSameKey = flags &&& SnapshotFormat.SameKey <> 0uy

            if isSameKey && isNull last then
                reader.Fail()

            if not isSameKey then
                let key = reader.Bytes()
                let known = builder.LastKey

                // A key that goes on from the block before shares its array.
                last <-
                    if not (isNull known) && key.Span.SequenceEqual(ReadOnlySpan<byte> known) then
                        known
                    else
                        key.ToArray()

            let row = readRow &reader flags last

            if not reader.IsFailed && not (builder.Add row) then
                reader.Fail()

    let finish (reader: byref<FieldReader>) =
        let leaseCount = reader.Signed()
        let rowCount = reader.Signed()

        if reader.IsComplete && leaseCount = int64 leases.Count && rowCount = int64 builder.Count then
            match builder.Build() with
            | ValueSome space ->
                let entries =
                    Array.init leases.Count (fun i ->
                        LeaseEntry(leases[i], builder.LeaseKeys leases[i].Id))

                result <-
                    StoreState
                        { data with
                            Space = space
                            Leases = LeaseTree.Build(entries, entries.Length) }
            | ValueNone -> reader.Fail()
        else
            reader.Fail()

    /// Which kinds may follow which.
    let follows (next: byte) =
        match next with
        | SnapshotFormat.Position -> kind = 0uy
        | SnapshotFormat.Cluster -> kind = SnapshotFormat.Position
        | SnapshotFormat.Leases -> kind = SnapshotFormat.Cluster || kind = SnapshotFormat.Leases
        | SnapshotFormat.Rows -> kind >= SnapshotFormat.Cluster && kind <= SnapshotFormat.Rows
        | SnapshotFormat.End -> kind >= SnapshotFormat.Cluster && kind <= SnapshotFormat.Rows
        | _ -> false

    let readContent (reader: byref<FieldReader>) =
        match kind with
        | SnapshotFormat.Position -> readPosition &reader
        | SnapshotFormat.Cluster -> readCluster &reader
        | SnapshotFormat.Leases -> readLeases &reader
        | SnapshotFormat.Rows -> readRows &reader
        | _ -> finish &reader

    /// Takes the next block; false if it is malformed or out of place, and then for good. Keeps
    /// nothing of `block`.
    member _.ReadBlock(block: ReadOnlyMemory<byte>) : bool =
        let mutable reader = FieldReader block
        let next = reader.Byte()

        if isFailed || reader.Varint() <> number || not (follows next) then
            isFailed <- true
        else
            number <- number + 1UL
            kind <- next
            readContent &reader
            isFailed <- not reader.IsComplete

        not isFailed

    /// The state, or null if blocks are missing.
    member _.Complete() : StoreState = if isFailed then null else result
