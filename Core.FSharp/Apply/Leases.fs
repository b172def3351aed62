// Leases and the keys attached to them. Which keys a lease holds follows from the rows alone: the
// living keys whose newest row names it.
namespace Kv.Core.Apply

open System
open Kv.Core

[<Struct; NoEquality; NoComparison>]
type internal LeaseKeyOrder =
    interface ITreeOrder<KeySlice, KeyBytes, KeyBytes> with
        member _.KeyOf key = key
        member _.Compare(probe, key) = KeyOrder.compare probe key
        member _.Weight _ = 1

type internal LeaseKeyTree = SortedTree<KeySlice, KeyBytes, KeyBytes, LeaseKeyOrder>

/// A lease with its keys.
[<Struct; NoEquality; NoComparison>]
type internal LeaseEntry =
    val Lease: Lease
    val Keys: LeaseKeyTree
    new(lease, keys) = { Lease = lease; Keys = keys }

[<Struct; NoEquality; NoComparison>]
type internal LeaseOrder =
    interface ITreeOrder<LeaseId, LeaseId, LeaseEntry> with
        member _.KeyOf entry = entry.Lease.Id
        member _.Compare(probe, key) = probe.CompareTo key
        member _.Weight _ = 1

type internal LeaseTree = SortedTree<LeaseId, LeaseId, LeaseEntry, LeaseOrder>

/// Attaches a key to a lease that is there, or detaches it.
[<Struct; NoEquality; NoComparison>]
type private AttachEdit(key: byte[], isAttach: bool, token: EditToken) =
    interface ITreeEdit<LeaseEntry> with
        member _.Insert() =
            broken "lease.attach" "a key names a lease that does not exist"

        member _.Replace entry =
            let slice = KeySlice key

            let keys =
                if isAttach then
                    entry.Keys.Put(token, slice, KeyBytes key)
                else
                    entry.Keys.Remove(token, slice)

            LeaseEntry(entry.Lease, keys)

[<Struct; NoEquality; NoComparison>]
type private LeaseCollector =
    val Into: Lease[]
    val mutable Length: int
    new(into) = { Into = into; Length = 0 }

    interface ITreeVisitor<LeaseEntry> with
        member this.Visit entry =
            this.Into[this.Length] <- entry.Lease
            this.Length <- this.Length + 1
            true

[<Struct; NoEquality; NoComparison>]
type private LeaseKeyCollector =
    val Into: byte[][]
    val mutable Length: int
    new(into) = { Into = into; Length = 0 }

    interface ITreeVisitor<KeyBytes> with
        member this.Visit key =
            this.Into[this.Length] <- key.Array
            this.Length <- this.Length + 1
            true

[<RequireQualifiedAccess>]
module internal Leases =
    /// The lease, or null.
    let find (leases: LeaseTree) (id: LeaseId) : Lease =
        let mutable entry = Unchecked.defaultof<LeaseEntry>
        if leases.TryFind(id, &entry) then entry.Lease else null

    let contains (leases: LeaseTree) (id: LeaseId) : bool = not (isNull (find leases id))

    /// Puts the key on its new lease and takes it off the old one; 0 is none.
    let move
        (token: EditToken)
        (key: byte[])
        (before: LeaseId)
        (after: LeaseId)
        (leases: LeaseTree)
        =
        if before = after then
            leases
        else
            let mutable result = leases

            if before <> 0L then
                let mutable detach = AttachEdit(key, false, token)
                result <- result.Update<AttachEdit>(token, before, &detach)

            if after <> 0L then
                let mutable attach = AttachEdit(key, true, token)
                result <- result.Update<AttachEdit>(token, after, &attach)

            result

    /// The lease under its id, with the keys it has.
    let replace (token: EditToken) (lease: Lease) (leases: LeaseTree) : LeaseTree =
        let mutable entry = Unchecked.defaultof<LeaseEntry>
        leases.TryFind(lease.Id, &entry) |> ignore
        leases.Put(token, lease.Id, LeaseEntry(lease, entry.Keys))

    /// Keys attached to a lease in key order; empty if there is no such lease.
    let keys (leases: LeaseTree) (id: LeaseId) : byte[][] =
        let mutable entry = Unchecked.defaultof<LeaseEntry>

        if leases.TryFind(id, &entry) then
            let mutable collector = LeaseKeyCollector(Array.zeroCreate entry.Keys.Weight)
            entry.Keys.ScanAll(false, &collector) |> ignore
            collector.Into
        else
            Array.Empty<byte[]>()

    /// How many keys are attached to a lease; 0 if there is no such lease.
    let keyCount (leases: LeaseTree) (id: LeaseId) : int =
        let mutable entry = Unchecked.defaultof<LeaseEntry>
        if leases.TryFind(id, &entry) then entry.Keys.Weight else 0

    /// All leases by ascending id.
    let all (leases: LeaseTree) : Lease[] =
        let mutable collector = LeaseCollector(Array.zeroCreate leases.Weight)
        leases.ScanAll(false, &collector) |> ignore
        collector.Into
