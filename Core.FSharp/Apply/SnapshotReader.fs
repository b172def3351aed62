// Rebuilding a state from its canonical blocks. Total: every rule that the reducer relies on is
// checked here, so that no block, however wrong, can bring about a state that breaks it later.
namespace Kv.Core.Apply

open System
open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Mvcc
open Kv.Core.V2
open Kv.Core.Auth

/// Rebuilds a state from the blocks of a `SnapshotWriter`.
[<Sealed>]
type SnapshotReader() =
    /// Far beyond what can be reached by writing; keeps arithmetic on revisions from overflowing.
    [<Literal>]
    let RevisionMax = 0x3FFF_FFFF_FFFF_FFFFL

    let leases = List<Lease>()
    let mutable data = Unchecked.defaultof<StoreData>
    let mutable builder = Unchecked.defaultof<SpaceBuilder>
    // Null in a snapshot of a state whose v2 tree was never used.
    let mutable v2: V2BlockReader = null
    // Null in a snapshot of a state that never had users or roles.
    let mutable auth: AuthBlockReader = null
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
        let ids = Array.zeroCreate<NodeId>(reader.Count 8)

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

        let configuration =
            Configuration(voters, outgoing, learners, learnersNext, reader.Flag())

        if not (Membership.isWellFormed configuration) then
            reader.Fail()

        configuration

    let readMembers (reader: byref<FieldReader>) : Member[] =
        let members = Array.zeroCreate<Member>(reader.Count 12)

        for i in 0 .. members.Length - 1 do
            members[i] <- MemberCodec.read &reader

            if i > 0 && members[i].Id <= members[i - 1].Id then
                reader.Fail()

        members

    let isNotAfter (struct (node, kind): struct (NodeId * AlarmKind)) (struct (before, other)) =
        node < before || (node = before && int kind <= int other)

    let readAlarms (reader: byref<FieldReader>) : struct (NodeId * AlarmKind)[] =
        let alarms = Array.zeroCreate<struct (NodeId * AlarmKind)>(reader.Count 9)

        for i in 0 .. alarms.Length - 1 do
            let node = reader.Fixed64()
            alarms[i] <- struct (node, enum<AlarmKind>(int (reader.ByteUpTo 2uy)))

            if i > 0 && isNotAfter alarms[i] alarms[i - 1] then
                reader.Fail()

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
        let target = if reader.Left > 0 then reader.Text() else ""

        if
            revision < 1L
            || revision > RevisionMax
            || compacted < -1L
            || compacted > revision
        then
            reader.Fail()

        builder <- SpaceBuilder(revision, compacted, hasLease)

        data <- {
            ClusterId = clusterId
            AppliedIndex = index
            AppliedTerm = term
            Configuration = configuration
            Space = Keyspace.Empty
            Leases = LeaseTree.Empty
            Cluster = {
                Members = members
                Removed = removed
                Alarms = alarms
                Version = version
                DowngradeTarget = target
            }
            V2 = V2State.Empty
            Auth = AuthState.Empty
        }

    let readLeases (reader: byref<FieldReader>) =
        while reader.Left > 0 do
            let id = reader.Signed()
            let ttl = reader.Signed()
            let remaining = reader.Signed()

            if id = 0L || (leases.Count > 0 && id <= leases[leases.Count - 1].Id) then
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

            let lease =
                if flags &&& SnapshotFormat.Leased <> 0uy then
                    reader.Signed()
                else
                    0L
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

    let readV2Head (reader: byref<FieldReader>) =
        v2 <- V2BlockReader()
        v2.ReadHead &reader

    let readAuth (reader: byref<FieldReader>) =
        if isNull auth then
            auth <- AuthBlockReader()

        auth.Read &reader

    let finishAuth () : AuthState =
        if isNull auth then AuthState.Empty else auth.Complete()

    let finishV2 () : V2State =
        if isNull v2 then V2State.Empty else v2.Complete()

    let finish (reader: byref<FieldReader>) =
        let leaseCount = reader.Signed()
        let rowCount = reader.Signed()

        if
            reader.IsComplete
            && leaseCount = int64 leases.Count
            && rowCount = int64 builder.Count
        then
            let v2State = finishV2 ()

            match builder.Build() with
            | ValueSome space when not (isNull v2State) ->
                let entries =
                    Array.init leases.Count (fun i ->
                        LeaseEntry(leases[i], builder.LeaseKeys leases[i].Id))

                result <-
                    StoreState {
                        data with
                            Space = space
                            Leases = LeaseTree.Build(entries, entries.Length)
                            V2 = v2State
                            Auth = finishAuth ()
                    }
            | _ -> reader.Fail()
        else
            reader.Fail()

    /// Kinds behind which the rest may be missing.
    let isContent (kind: byte) =
        (kind >= SnapshotFormat.Cluster && kind <= SnapshotFormat.Rows)
        || (kind >= V2Blocks.Head && kind <= V2Blocks.Events)
        || kind = AuthBlocks.Kind

    /// Which kinds may follow which.
    let follows (next: byte) =
        match next with
        | SnapshotFormat.Position -> kind = 0uy
        | SnapshotFormat.Cluster -> kind = SnapshotFormat.Position
        | SnapshotFormat.Leases -> kind = SnapshotFormat.Cluster || kind = SnapshotFormat.Leases
        | SnapshotFormat.Rows -> kind >= SnapshotFormat.Cluster && kind <= SnapshotFormat.Rows
        | V2Blocks.Head -> kind >= SnapshotFormat.Cluster && kind <= SnapshotFormat.Rows
        | V2Blocks.Nodes -> kind = V2Blocks.Head || kind = V2Blocks.Nodes
        | V2Blocks.Events -> kind >= V2Blocks.Head && kind <= V2Blocks.Events
        | AuthBlocks.Kind -> isContent kind
        | SnapshotFormat.End -> isContent kind
        | _ -> false

    let readContent (reader: byref<FieldReader>) =
        match kind with
        | SnapshotFormat.Position -> readPosition &reader
        | SnapshotFormat.Cluster -> readCluster &reader
        | SnapshotFormat.Leases -> readLeases &reader
        | SnapshotFormat.Rows -> readRows &reader
        | V2Blocks.Head -> readV2Head &reader
        | V2Blocks.Nodes -> v2.ReadNodes &reader
        | V2Blocks.Events -> v2.ReadEvents &reader
        | AuthBlocks.Kind -> readAuth &reader
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
