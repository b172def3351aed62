// The second phase: the network heals, a random core that holds every quorum in question stays, and
// everyone else is gone for good. Now the cluster must get somewhere within a bound of ticks: one
// leader, new entries and reads on all, equal states, and no election after that.
namespace Kv.Core.Simulation

open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft

/// The healing and the demands of one run.
[<Sealed>]
type Liveness(world: World, workload: Workload) =
    let options = world.Options
    let rng = world.Fork()
    let mutable firstId = 0UL

    /// Those who are asked for their vote by everyone who can be a candidate, and so can tell what
    /// they know. A voter that has not heard of any configuration asks nobody: it waits for a leader.
    let isHeard (members: Member[]) (candidate: Member) =
        let latest = world.LatestConfiguration()

        let asks (found: Member) =
            let known = found.Status.Configuration

            Array.contains candidate.Id known.Voters
            || Array.contains candidate.Id known.Outgoing

        members
        |> Array.filter (fun found ->
            Array.contains found.Id latest.Voters
            && found.Status.Configuration.Voters.Length > 0)
        |> Array.forall asks

    /// The configuration that the best informed of these members runs in, and those that entries
    /// behind its commit index would put in force, in whatever log: they may be on their way.
    /// Whoever knows less can be told.
    let configurationsOf (members: Member[]) : Configuration[] =
        let heard = Array.filter (isHeard members) members
        let heard = if heard.Length = 0 then members else heard
        let best = Array.maxBy (fun (found: Member) -> found.Status.Commit) heard
        let commit = best.Status.Commit
        let all = List<Configuration>([ best.Status.Configuration ])

        for found in world.Running() do
            let mutable configuration = best.Status.Configuration

            for entry in found.Log.After(min found.Log.LastIndex (max commit found.Log.BaseIndex)) do
                configuration <- ConfigurationModel.applyEntry configuration entry
                all.Add configuration

        all.ToArray()

    let drawCore (remaining: Member[]) : HashSet<NodeId> =
        let core = HashSet<NodeId>(Array.map (fun (found: Member) -> found.Id) remaining)

        let isEnough () =
            let members = Array.filter (fun (found: Member) -> core.Contains found.Id) remaining

            members.Length > 0
            && configurationsOf members
               |> Array.forall (fun c ->
                   c.Voters.Length > 0 && ConfigurationModel.hasQuorum c core.Contains)

        if isEnough () && rng.Chance 600 then
            for found in remaining do
                if rng.Chance 500 then
                    core.Remove found.Id |> ignore

                    if not (isEnough ()) then
                        core.Add found.Id |> ignore

        core

    let heal () =
        world.Network.Heal()

        for found in world.Remaining() do
            found.Disk.Calm()

            if not found.IsUp then
                world.Revive found

        for _ in 1..2 do
            world.RunTick()

        let remaining = world.Remaining()
        let core = drawCore remaining

        for found in remaining do
            if not (core.Contains found.Id) then
                world.Destroy found

    /// The members who must get there.
    let expected () : Member[] =
        let latest = world.LatestConfiguration()
        Array.filter (fun (m: Member) -> ConfigurationModel.contains latest m.Id) (world.Running())

    let ask () =
        for found in expected () do
            workload.ReadOne found |> ignore

        let reached = expected ()

        if reached.Length > 0 then
            workload.ProposeOne(rng.Pick reached) |> ignore

    let holdsNewEntry (leader: Member) =
        let log = leader.Log

        leader.Applier.Released = log.LastIndex
        && (log.LastIndex = log.BaseIndex
            || Payload.id log[log.LastIndex].Data >= firstId
               && log[log.LastIndex].Kind = EntryKind.Normal)

    let isWith (leader: Member) (found: Member) =
        let status = found.Status
        let mine, theirs = found.Applier.State, leader.Applier.State

        status.Leader = leader.Id
        && status.Term = leader.Status.Term
        && found.Log.LastIndex = leader.Log.LastIndex
        && mine.Index = leader.Log.LastIndex
        && mine.Hash = theirs.Hash
        && ConfigurationModel.equal mine.Configuration theirs.Configuration
        && found.Applier.ServedRead >= firstId

    /// The leader, if the cluster has got where it must; else none.
    let converged () : Member option =
        let members = expected ()

        let leads (found: Member) =
            found.Status.Role = Role.Leader
            && not found.Status.Configuration.IsJoint
            && holdsNewEntry found
            && Array.forall (isWith found) members

        Array.tryFind leads members

    let describe (found: Member) : string =
        let status = found.Status
        let applied = found.Applier.State.Index
        let config = ConfigurationModel.describe status.Configuration

        $"n{found.Id} {status.Role} term {status.Term} leader {status.Leader} "
        + $"commit {status.Commit} applied {applied} log {found.Log.LastIndex} "
        + $"read {found.Applier.ServedRead} {config}"

    let rec waitUntil (ticks: int) (limit: int) : Member =
        if ticks > limit then
            let members = world.Running() |> Array.map describe |> String.concat "\n"
            violated "liveness" $"nothing after {limit} ticks of calm\n{members}"

        if ticks % (2 * options.ElectionTicks + 30) = 0 then
            ask ()
            workload.Retire()

        world.RunTick()
        world.Observers.Stats.HealTicks <- world.Observers.Stats.HealTicks + 1L

        match converged () with
        | None -> waitUntil (ticks + 1) limit
        | Some leader -> leader

    /// Nobody can disturb the cluster but its own members.
    let isUndisturbed () =
        let latest = world.LatestConfiguration()

        let isQuiet (found: Member) =
            ConfigurationModel.contains latest found.Id || found.Log.LastIndex = 0UL

        Array.forall isQuiet (world.Running())

    let checkStable (leader: Member) =
        let term = leader.Status.Term

        for _ in 1 .. 5 * options.ElectionTicks do
            world.RunTick()

            if leader.Status.Term <> term || leader.Status.Role <> Role.Leader then
                violated
                    "stable-leader"
                    $"leader {leader.Id} of term {term} lost its office in calm"

    /// Heals, and sees the cluster converge.
    member _.Run() =
        heal ()
        firstId <- workload.NextId()

        // With the smallest windows a follower takes one entry an exchange.
        let longest =
            world.Running() |> Array.map (fun found -> found.Log.LastIndex) |> Array.max

        let limit = 500 + 80 * options.ElectionTicks + 6 * int longest

        let leader = waitUntil 0 limit

        if isUndisturbed () then
            checkStable leader
