// A cluster in one thread: the members, what is between them, and the loop that takes the next
// event. Nothing here decides what goes wrong (Faults) or what is asked for (Workload).
namespace Kv.Core.Simulation

open System
open System.Buffers
open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation.Checkers

/// The world of one run.
[<Sealed>]
type World(options: SimOptions, trace: Trace) =
    let rng = SplitMix options.Seed
    let diskRng = rng.Fork()
    let memberRng = rng.Fork()
    let networkRng = rng.Fork()
    let queue = EventQueue()
    let members = List<Member>()
    let destroyed = HashSet<NodeId>()
    let network = VirtualNetwork(options, networkRng, queue, trace)

    let find (id: NodeId) : Member = members[int id - 1]

    let observe (id: NodeId) : IObserved =
        if id >= 1UL && id <= uint64 members.Count then
            find id
        else
            null

    let initial =
        let voters = [| for id in 1 .. options.Voters -> uint64 id |]
        let learners = [| for id in 1 .. options.Learners -> uint64 (options.Voters + id) |]
        Configuration(voters, [||], learners, [||], false)

    let observers = Observers(options, observe, initial)

    let around = {
        Options = options
        Queue = queue
        Network = network
        Trace = trace
        Observers = observers
    }

    let add (known: Configuration) =
        let id = uint64 members.Count + 1UL
        let state = AppliedState(0UL, 0UL, 0UL, known)
        let disk = VirtualDisk(options, diskRng.Fork(), state)
        let created = Member(id, disk, memberRng.Fork(), around)
        members.Add created
        created.Start()
        created

    do
        for _ in 1 .. options.Voters + options.Learners do
            add initial |> ignore

        queue.After(1L, SimEvent.World)

    /// Hands an event to a member, if that still lives the life the event was meant for.
    let inLife (id: NodeId) (incarnation: int) (act: Member -> unit) =
        let found = find id

        if found.IsUp && found.Incarnation = incarnation then
            act found

    /// Sends a message through its bytes and back.
    let recode (message: Message) : Message =
        let writer = ArrayBufferWriter<byte>()
        MessageCodec.Encode(message, writer)
        let mutable decoded: Message = null

        if not (MessageCodec.TryDecode(ReadOnlyMemory(writer.WrittenSpan.ToArray()), &decoded)) then
            violated "codec" $"{MessageNumber.describe message.Body} does not survive its bytes"

        decoded

    /// Wishes of operators that are still under way when the cluster heals: a change could ask for
    /// members that are gone, a transfer would end a leadership that is expected to last.
    let isLateWish (message: Message) =
        match message.Body with
        | MessageBody.Propose(EntryKind.Configuration, _)
        | MessageBody.TransferRequest _
        | MessageBody.TimeoutNow -> network.IsHealed
        | _ -> false

    let deliver (message: Message) =
        let target = find message.To

        if isLateWish message then
            ()
        elif target.IsUp then
            target.OnReceived(if options.EncodesMessages then recode message else message)
        else
            network.TargetDown message

    let arrive (message: Message) (state: AppliedState) (incarnation: int) =
        let target = find message.To
        let isOpen = target.IsUp && not (network.IsBlocked(message.From, message.To))

        if isOpen then
            target.OnSnapshotReceived(message, state)

        let isReported = isOpen && not (networkRng.Chance(options.SnapshotFailPermille / 4))

        queue.After(
            1L,
            SimEvent.SnapshotReported(
                message.From,
                incarnation,
                message.To,
                state.Index,
                isReported
            )
        )

    let handle (event: SimEvent) =
        match event with
        | SimEvent.Tick(id, incarnation) -> inLife id incarnation (fun found -> found.OnTick())
        | SimEvent.Turn(id, incarnation) -> inLife id incarnation (fun found -> found.OnTurn())
        | SimEvent.Deliver message -> deliver message
        | SimEvent.DiskDone(id, incarnation, sequence) ->
            inLife id incarnation (fun found -> found.OnDiskDone sequence)
        | SimEvent.ApplyDone(id, incarnation) ->
            inLife id incarnation (fun found -> found.OnApplyDone())
        | SimEvent.SnapshotWritten(id, incarnation, state) ->
            inLife id incarnation (fun found -> found.OnSnapshotWritten state)
        | SimEvent.SnapshotArrived(message, state, incarnation) -> arrive message state incarnation
        | SimEvent.SnapshotReported(id, incarnation, peer, index, succeeded) ->
            inLife id incarnation (fun found ->
                found.Enqueue(Input.SnapshotSent(peer, index, succeeded)))
        | SimEvent.Restart(id, incarnation) ->
            let found = find id

            if not found.IsUp && found.Incarnation = incarnation && not (destroyed.Contains id) then
                observers.Stats.Restarts <- observers.Stats.Restarts + 1L
                found.Start()
        | SimEvent.World -> ()

    member _.Options = options
    member _.Queue = queue
    member _.Network = network
    member _.Observers = observers
    member _.Trace = trace
    /// A stream for another subsystem; call in a fixed order.
    member _.Fork() : SplitMix = rng.Fork()
    /// Everybody there ever was, by ascending id (the first has id 1).
    member _.Members: IReadOnlyList<Member> = members
    /// The member with this id; there must be one.
    member _.Find(id: NodeId) : Member = find id

    /// Everybody who has not been taken away for good.
    member _.Remaining() : Member[] =
        members.FindAll(fun found -> not (destroyed.Contains found.Id)).ToArray()

    /// Everybody who runs.
    member _.Running() : Member[] =
        members.FindAll(fun found -> found.IsUp).ToArray()

    /// A new, empty member that waits to be contacted.
    member _.Join() : Member = add ConfigurationModel.empty

    /// Crashes a member; it comes back after `ticks` (0: not by itself).
    member _.Crash(target: Member, ticks: int) =
        target.Crash()

        if ticks > 0 then
            let delay = int64 ticks * Time.unitsPerTick
            queue.After(delay, SimEvent.Restart(target.Id, target.Incarnation))

    /// Takes a member away for good.
    member this.Destroy(target: Member) =
        destroyed.Add target.Id |> ignore
        trace.Event(queue.Now, target.Id, TraceKind.Fault, 3UL, 0UL, 0UL)

        if target.IsUp then
            this.Crash(target, 0)

    /// Brings a crashed member back now.
    member _.Revive(target: Member) =
        handle (SimEvent.Restart(target.Id, target.Incarnation))

    /// The configuration after everything applied anywhere so far.
    member _.LatestConfiguration() : Configuration =
        observers.States.ConfigurationAt observers.States.LastIndex

    /// Handles events until the next full tick of the world.
    member _.RunTick() =
        let mutable isOver = false

        while not isOver do
            match queue.Take() with
            | SimEvent.World -> isOver <- true
            | event -> handle event

        queue.After(Time.unitsPerTick, SimEvent.World)

        for struct (source, peer) in network.TakeUnreachable() do
            let found = find source

            if found.IsUp then
                found.Enqueue(Input.PeerUnreachable peer)
