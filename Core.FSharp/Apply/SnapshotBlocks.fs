// The canonical bytes of a state: a run of blocks that depends on what was replicated and on
// nothing else - not on how the trees came about, nor on how far compaction has swept.
//
// Block: kind, number in the run, content. In order: one Position (format, applied index and
// term), one Cluster, any Leases, any Rows (keys ascending, each with its versions oldest first),
// the blocks of the v2 tree and of users and roles if there ever were any, one End (how many
// leases and rows there were). Rows are grouped by key so that the key tree is built without
// comparing keys again, and a key with many versions is written once a block.
namespace Kv.Core.Apply

open System
open System.Collections.Generic
open Kv.Core
open Kv.Core.Mvcc
open Kv.Core.V2
open Kv.Core.Auth

[<RequireQualifiedAccess>]
module internal SnapshotFormat =
    /// First content byte of the first block.
    [<Literal>]
    let Version = 1uy

    /// A block is closed when it has reached this size.
    [<Literal>]
    let BlockBytes = 65_536

    [<Literal>]
    let Position = 1uy

    [<Literal>]
    let Cluster = 2uy

    [<Literal>]
    let Leases = 3uy

    [<Literal>]
    let Rows = 4uy

    [<Literal>]
    let End = 5uy

    /// Row flag: the key is that of the row before it in the block.
    [<Literal>]
    let SameKey = 1uy

    /// Row flag: a deletion, which has a place and nothing else.
    [<Literal>]
    let Tombstone = 2uy

    /// Row flag: a lease follows.
    [<Literal>]
    let Leased = 4uy

/// Writes leases until the block is full.
[<Struct; NoEquality; NoComparison>]
type private LeaseBlockVisitor =
    val Writer: FieldWriter
    val mutable Written: int64
    /// Id to go on from; 0 when all are written.
    val mutable Next: LeaseId

    new(writer) =
        {
            Writer = writer
            Written = 0L
            Next = 0L
        }

    interface ITreeVisitor<LeaseEntry> with
        member this.Visit entry =
            if this.Writer.Length >= SnapshotFormat.BlockBytes then
                this.Next <- entry.Lease.Id
                false
            else
                this.Writer.Signed entry.Lease.Id
                this.Writer.Signed entry.Lease.Ttl
                this.Writer.Signed entry.Lease.RemainingTtl
                this.Written <- this.Written + 1L
                true

/// Writes rows until the block is full. Rows that compaction makes unreachable are left out,
/// whether or not they were swept away yet.
[<Struct; NoEquality; NoComparison>]
type private RowBlockVisitor =
    val Writer: FieldWriter
    val Compacted: Revision
    /// Holds some versions of the key at hand.
    val Buffer: List<Row>
    /// Number of the version to start with, for the first key visited.
    val mutable First: int
    val mutable Written: int64
    /// Key to go on from; null when all are written.
    val mutable NextKey: byte[]
    /// Number of the version of that key to go on from.
    val mutable NextVersion: int

    new(writer, compacted, buffer, first) =
        {
            Writer = writer
            Compacted = compacted
            Buffer = buffer
            First = first
            Written = 0L
            NextKey = null
            NextVersion = 0
        }

    member this.IsFull = this.Writer.Length >= SnapshotFormat.BlockBytes

    member this.Write(row: Row, isSameKey: bool) : unit =
        let writer = this.Writer

        writer.Byte(
            (if isSameKey then SnapshotFormat.SameKey else 0uy)
            ||| (if row.IsTombstone then SnapshotFormat.Tombstone else 0uy)
            ||| (if row.Lease <> 0L then SnapshotFormat.Leased else 0uy)
        )

        if not isSameKey then
            writer.Bytes row.Key.Span

        writer.Signed row.ModRevision
        writer.Signed row.SubRevision

        if not row.IsTombstone then
            writer.Signed(row.ModRevision - row.CreateRevision)
            writer.Signed row.Version

            if row.Lease <> 0L then
                writer.Signed row.Lease

            writer.Bytes row.Value.Span

        this.Written <- this.Written + 1L

    interface ITreeVisitor<KeyEntry> with
        member this.Visit entry =
            let count = Versions.count entry.Versions
            let mutable next = max this.First (Versions.deadCount entry.Versions this.Compacted)
            let mutable isSameKey = false
            this.First <- 0

            while next < count && not this.IsFull do
                this.Buffer.Clear()
                Versions.copyTo this.Buffer 64 next entry.Versions
                let mutable i = 0

                while i < this.Buffer.Count && not this.IsFull do
                    this.Write(this.Buffer[i], isSameKey)
                    isSameKey <- true
                    i <- i + 1

                next <- next + i

            if this.IsFull then
                this.NextKey <- entry.Key
                this.NextVersion <- next

            isNull this.NextKey

/// What comes next in the run.
type private SnapshotStage =
    | Position = 0
    | Cluster = 1
    | Leases = 2
    | Rows = 3
    | V2Head = 4
    | V2Nodes = 5
    | V2Events = 6
    | Auth = 7
    | End = 8
    | Done = 9

/// The run of blocks of one state.
[<Sealed>]
type internal SnapshotBlocks(data: StoreData) =
    let buffer = List<Row>(64)
    let mutable stage = SnapshotStage.Position
    let mutable number = 0UL
    // Clients may name their leases below 0, too.
    let mutable nextLease: LeaseId = Int64.MinValue
    let mutable nextKey: byte[] = null
    let mutable nextVersion = 0
    let mutable leases = 0L
    let mutable rows = 0L
    let mutable v2 = Unchecked.defaultof<V2BlockWriter>
    let mutable auth: IEnumerator<FieldWriter -> unit> = null

    let afterV2 =
        if data.Auth.IsUntouched then
            SnapshotStage.End
        else
            SnapshotStage.Auth

    let afterRows =
        if data.V2.IsUntouched then
            afterV2
        else
            SnapshotStage.V2Head

    let start (writer: FieldWriter) (kind: byte) =
        writer.Clear()
        writer.Byte kind
        writer.Varint number
        number <- number + 1UL

    let writeIds (writer: FieldWriter) (ids: NodeId[]) =
        writer.Varint(uint64 ids.Length)

        for id in ids do
            writer.Fixed64 id

    let writePosition (writer: FieldWriter) =
        start writer SnapshotFormat.Position
        writer.Byte SnapshotFormat.Version
        writer.Varint data.AppliedIndex
        writer.Varint data.AppliedTerm
        stage <- SnapshotStage.Cluster

    let writeConfiguration (writer: FieldWriter) =
        let configuration = data.Configuration
        writeIds writer configuration.Voters
        writeIds writer configuration.Outgoing
        writeIds writer configuration.Learners
        writeIds writer configuration.LearnersNext
        writer.Flag configuration.AutoLeave

    let writeCluster (writer: FieldWriter) =
        start writer SnapshotFormat.Cluster
        writer.Fixed64 data.ClusterId
        writeConfiguration writer
        writer.Signed data.Space.Revision
        writer.Signed data.Space.CompactRevision
        writer.Varint(uint64 data.Cluster.Members.Length)

        for one in data.Cluster.Members do
            MemberCodec.write writer one

        writeIds writer data.Cluster.Removed
        writer.Varint(uint64 data.Cluster.Alarms.Length)

        for struct (node, kind) in data.Cluster.Alarms do
            writer.Fixed64 node
            writer.Byte(byte kind)

        writer.Text data.Cluster.Version

        if data.Cluster.DowngradeTarget.Length > 0 then
            writer.Text data.Cluster.DowngradeTarget

        stage <-
            if data.Leases.IsEmpty then
                SnapshotStage.Rows
            else
                SnapshotStage.Leases

    let writeLeases (writer: FieldWriter) =
        start writer SnapshotFormat.Leases
        let mutable visitor = LeaseBlockVisitor writer
        data.Leases.ScanFrom(nextLease, false, &visitor) |> ignore
        leases <- leases + visitor.Written
        nextLease <- visitor.Next

        if nextLease = 0L then
            stage <- SnapshotStage.Rows

    let writeEnd (writer: FieldWriter) =
        start writer SnapshotFormat.End
        writer.Signed leases
        writer.Signed rows
        stage <- SnapshotStage.Done

    let writeV2Head (writer: FieldWriter) =
        start writer V2Blocks.Head
        v2 <- V2BlockWriter(data.V2, SnapshotFormat.BlockBytes)
        v2.WriteHead writer

        stage <-
            if v2.IsPastNodes then
                SnapshotStage.V2Events
            else
                SnapshotStage.V2Nodes

    let writeV2Nodes (writer: FieldWriter) =
        start writer V2Blocks.Nodes
        v2.WriteNodes writer

        if v2.IsPastNodes then
            stage <- SnapshotStage.V2Events

    let writeV2Events (writer: FieldWriter) =
        start writer V2Blocks.Events
        v2.WriteEvents writer

        if v2.IsPastEvents then
            stage <- afterV2

    let writeAuth (writer: FieldWriter) =
        start writer AuthBlocks.Kind

        if isNull auth then
            auth <- (AuthBlocks.records data.Auth).GetEnumerator()
            auth.MoveNext() |> ignore

        let mutable isMore = true

        while isMore && writer.Length < SnapshotFormat.BlockBytes do
            auth.Current writer
            isMore <- auth.MoveNext()

        if not isMore then
            stage <- SnapshotStage.End

    let writeAfterRows (writer: FieldWriter) =
        match afterRows with
        | SnapshotStage.V2Head -> writeV2Head writer
        | SnapshotStage.Auth -> writeAuth writer
        | _ -> writeEnd writer

    let writeRows (writer: FieldWriter) =
        start writer SnapshotFormat.Rows

        let mutable visitor =
            RowBlockVisitor(writer, data.Space.CompactRevision, buffer, nextVersion)

        if isNull nextKey then
            data.Space.Keys.ScanAll(false, &visitor) |> ignore
        else
            data.Space.Keys.ScanFrom(KeySlice nextKey, false, &visitor) |> ignore

        rows <- rows + visitor.Written
        nextKey <- visitor.NextKey
        nextVersion <- visitor.NextVersion

        if isNull nextKey then
            stage <- afterRows

        // A block must not tell that there were dead rows behind the last living one.
        if visitor.Written = 0L then
            number <- number - 1UL
            writeAfterRows writer

    /// Fills the emptied writer with the next block; false when all have been written.
    member _.Next(writer: FieldWriter) : bool =
        match stage with
        | SnapshotStage.Position -> writePosition writer
        | SnapshotStage.Cluster -> writeCluster writer
        | SnapshotStage.Leases -> writeLeases writer
        | SnapshotStage.Rows -> writeRows writer
        | SnapshotStage.V2Head -> writeV2Head writer
        | SnapshotStage.V2Nodes -> writeV2Nodes writer
        | SnapshotStage.V2Events -> writeV2Events writer
        | SnapshotStage.Auth -> writeAuth writer
        | SnapshotStage.End -> writeEnd writer
        | _ -> writer.Clear()

        writer.Length > 0
