// What clients and operators ask for, once a tick, through any member: proposals, reads, changes of
// the membership (also several at once, also senseless ones) and transfers of leadership.
namespace Kv.Core.Simulation

open System
open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft

/// The requests of one run.
[<Sealed>]
type Workload(world: World) =
    let options = world.Options
    let rng = world.Fork()
    let askedAt = Dictionary<NodeId, int64>()
    let mutable lastId = 0UL

    let nextId () =
        lastId <- lastId + 1UL
        lastId

    let step operation node : ConfigurationStep = { Operation = operation; Node = node }

    /// Members nobody has made part of the cluster yet, if need be a new one; 0: no room.
    let joiner (exclude: NodeId[]) : NodeId =
        let remaining = world.Remaining()

        let isFresh (found: Member) =
            found.IsUp
            && found.Log.LastIndex = 0UL
            && not (world.Observers.States.HasBeenMember found.Id)
            && not (Array.contains found.Id exclude)

        match Array.tryFind isFresh remaining with
        | Some found -> found.Id
        | None when
            remaining.Length < options.MembersMax
            && world.Members.Count < VirtualNetwork.NodesMax - 1
            ->
            world.Join().Id
        | None -> 0UL

    let drawStep (configuration: Configuration) (exclude: NodeId[]) : ConfigurationStep =
        let pick (nodes: NodeId[]) =
            let free = Array.except exclude nodes
            if free.Length = 0 then 0UL else rng.Pick free

        match rng.Below 9 with
        | 0
        | 1 -> step ConfigurationOperation.AddVoter (joiner exclude)
        | 2
        | 3 -> step ConfigurationOperation.AddLearner (joiner exclude)
        | 4 -> step ConfigurationOperation.AddVoter (pick configuration.Learners)
        | 5 -> step ConfigurationOperation.AddLearner (pick configuration.Voters)
        | 6 -> step ConfigurationOperation.Remove (pick configuration.Voters)
        | 7 -> step ConfigurationOperation.Update (pick configuration.Voters)
        | _ ->
            let all = Array.append configuration.Voters configuration.Learners
            step ConfigurationOperation.Remove (pick all)

    let drawSteps (configuration: Configuration) : ConfigurationStep[] =
        let mutable steps = [||]
        let count = rng.Pick [| 1; 1; 1; 2; 3 |]

        for _ in 1..count do
            let exclude = Array.map (fun (s: ConfigurationStep) -> s.Node) steps
            let drawn = drawStep configuration exclude

            if drawn.Node <> 0UL || rng.Chance 100 then
                steps <- Array.append steps [| drawn |]

        steps

    let change (through: Member) =
        let steps = drawSteps (world.LatestConfiguration())

        for step in steps do
            askedAt[step.Node] <- world.Queue.Now

        if steps.Length > 0 || rng.Chance 100 then
            through.Change(ConfigurationChange(steps, Payload.create (nextId ()) 8))

    /// Payloads proposed through a member in one batch.
    let propose (through: Member) (count: int) =
        let first = lastId + 1UL

        let payloads =
            Array.init count (fun _ ->
                Payload.create (nextId ()) (1 + rng.Below options.PayloadBytesMax))

        through.Propose(payloads, first)

    let transfer (through: Member) =
        let target = rng.Pick(world.Remaining()).Id
        world.Trace.Event(world.Queue.Now, through.Id, TraceKind.Transfer, target, 0UL, 0UL)
        world.Observers.Stats.Transfers <- world.Observers.Stats.Transfers + 1L
        through.Enqueue(Input.TransferRequested target)

    /// Whether a change that names the member may still be under way.
    let isAskedFor (id: NodeId) : bool =
        match askedAt.TryGetValue id with
        | true, time -> world.Queue.Now - time < 100L * Time.unitsPerTick
        | _ -> false

    /// Whether a membership without the member is durably known to be committed to all who are in
    /// it: only then would an operator switch the member off for good.
    let isRetired (target: Member) : bool =
        let latest = world.LatestConfiguration()

        let knows (id: NodeId) =
            let disk = world.Find(id).Disk
            let known = world.Observers.States.ConfigurationAt disk.HardState.Commit
            not (ConfigurationModel.contains known target.Id)

        not (isAskedFor target.Id)
        && not latest.IsJoint
        && not (ConfigurationModel.contains latest target.Id)
        && world.Observers.States.HasBeenMember target.Id
        && Array.forall knows (Array.append latest.Voters latest.Learners)

    /// Takes away removed members once it is safe.
    member _.Retire() =
        for target in world.Remaining() do
            if isRetired target then
                world.Destroy target

    /// An id that is greater than all before; proposals and reads share them.
    member _.NextId() : uint64 = nextId ()

    /// Proposes one payload; answers its id.
    member _.ProposeOne(through: Member) : uint64 =
        propose through 1
        lastId

    /// Reads once; answers the read's context.
    member _.ReadOne(through: Member) : uint64 =
        let context = nextId ()
        through.Read context
        context

    /// One tick's worth of requests.
    member this.Tick() =
        let running = world.Running()

        if running.Length > 0 then
            if rng.Chance options.ProposePermille then
                propose (rng.Pick running) (1 + rng.Below options.ProposeBurstMax)

            if rng.Chance options.ReadPermille then
                this.ReadOne(rng.Pick running) |> ignore

            if rng.Chance options.ChangePermille then
                change (rng.Pick running)

            if rng.Chance options.TransferPermille then
                transfer (rng.Pick running)

            if rng.Chance options.CampaignPermille then
                (rng.Pick running).Enqueue Input.CampaignRequested

            if options.ChangePermille > 0 && rng.Chance 50 then
                this.Retire()
