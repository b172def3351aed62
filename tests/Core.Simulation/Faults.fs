// What goes wrong, once a tick: crashes of one or all, partitions of several shapes, clogged links,
// local snapshots that move the starting point of the next restart.
namespace Kv.Core.Simulation

open Kv.Core

/// The faults of one run.
[<Sealed>]
type Faults(world: World) =
    let options = world.Options
    let rng = world.Fork()
    let mutable partitionTicksLeft = 0

    let note (kind: uint64) (a: uint64) (b: uint64) =
        world.Trace.Event(world.Queue.Now, 0UL, TraceKind.Fault, kind, a, b)

    let eachPair (action: NodeId -> NodeId -> unit) =
        for source in world.Members do
            for target in world.Members do
                if source.Id <> target.Id then
                    action source.Id target.Id

    let heal () =
        note 1UL 0UL 0UL
        eachPair (fun source target -> world.Network.SetBlocked(source, target, false))

    /// Cuts between those in the set and the others, in one or both directions.
    let cut (isInside: NodeId -> bool) =
        let isOneWay = options.PartitionOneWay && rng.Chance 500

        eachPair (fun source target ->
            let leaves = isInside source && not (isInside target)
            let enters = isInside target && not (isInside source)

            if leaves || (enters && not isOneWay) then
                world.Network.SetBlocked(source, target, true))

    let partition () =
        partitionTicksLeft <- 1 + rng.Below options.PartitionTicksMax
        let running = world.Running()

        match rng.Below 3 with
        | 0 when running.Length > 0 ->
            let alone = (rng.Pick running).Id
            note 0UL alone 0UL
            cut (fun id -> id = alone)
        | 1 when running.Length > 1 ->
            let source, target = (rng.Pick running).Id, (rng.Pick running).Id
            note 0UL source target
            world.Network.SetBlocked(source, target, source <> target)
        | _ ->
            let side = rng.Next()
            note 0UL (side &&& 0xffUL) 0UL
            cut (fun id -> (side >>> int id) &&& 1UL = 1UL)

    let partitions () =
        if partitionTicksLeft > 0 then
            partitionTicksLeft <- partitionTicksLeft - 1

            if partitionTicksLeft = 0 then
                heal ()
        elif rng.Chance options.PartitionPermille then
            partition ()

    let clog () =
        if rng.Chance options.ClogPermille then
            let source, target = rng.Pick(world.Remaining()), rng.Pick(world.Remaining())
            let ticks = int64 (1 + rng.Below options.ClogTicksMax)
            note 2UL source.Id target.Id
            world.Network.Clog(source.Id, target.Id, world.Queue.Now + ticks * Time.unitsPerTick)

    let crash (target: Member) =
        world.Crash(target, 1 + rng.Below options.RestartTicksMax)

    let crashes () =
        let isPowerCut = rng.Chance options.CrashAllPermille

        for target in world.Running() do
            if isPowerCut || rng.Chance options.CrashPermille then
                crash target

    let snapshots () =
        for target in world.Running() do
            if rng.Chance options.LocalSnapshotPermille then
                target.TakeSnapshot()

    /// One tick's worth of trouble.
    member _.Tick() =
        partitions ()
        clog ()
        crashes ()
        snapshots ()
