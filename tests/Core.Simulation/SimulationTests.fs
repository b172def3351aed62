// The suite's part of the simulator: fresh seeds in every run, the seeds that once failed, the same
// seed twice, and one test for each deliberate fault, which a checker must catch.
namespace Kv.Core.Simulation

open System
open System.Collections.Generic
open System.IO
open Xunit
open Xunit.Abstractions

type SimulationTests(output: ITestOutputHelper) =
    let say (text: string) =
        output.WriteLine text
        Console.WriteLine text

    let mustPass (seeds: uint64[]) =
        let struct (stats, failed) = Seeds.runAll seeds
        say (stats.Describe())

        match failed with
        | ValueSome seed -> Assert.Fail(Simulator.explain HostMutant.None seed Simulator.linesMax)
        | ValueNone -> ()

        stats

    /// The rules that broke in runs with the mutant, up to the run that broke `rule`.
    let rulesBroken (mutant: HostMutant) (rule: string) (runs: int) : string[] =
        let broken = List<string>()
        let mutable seed = 1UL

        while seed <= uint64 runs && not (broken.Contains rule) do
            match (Simulator.runMutant mutant seed).Failure with
            | ValueSome failure -> broken.Add failure.Rule
            | ValueNone -> ()

            seed <- seed + 1UL

        broken.ToArray()

    [<Fact>]
    member _.``Fresh seeds keep all rules``() =
        match Seeds.single () with
        | ValueSome seed -> mustPass [| seed |] |> ignore
        | ValueNone ->
            let first = Seeds.fresh ()
            say $"{Seeds.count ()} seeds from {first}; one of them again: KV_SIM_SEED"
            let stats = mustPass (Array.init (Seeds.count ()) (fun i -> first + uint64 i))

            // A simulator in which little happens finds little.
            if Seeds.count () >= 500 then
                let atLeast (few: int64) (counter: int64) =
                    Assert.True(counter > few * int64 (Seeds.count ()) / 1000L, stats.Describe())

                atLeast 1_000L stats.Elections
                atLeast 50_000L stats.Commits
                atLeast 3_000L stats.Restarts
                atLeast 1_000L stats.SnapshotsRestored
                atLeast 500L stats.JointChanges
                atLeast 5_000L stats.Reads

    [<Fact>]
    member _.``Seeds that once failed pass``() =
        let path = Path.Combine(AppContext.BaseDirectory, "corpus.txt")
        let seeds = Seeds.corpus path
        Assert.NotEmpty seeds
        mustPass seeds |> ignore

    [<Theory>]
    [<InlineData(1UL)>]
    [<InlineData(77UL)>]
    [<InlineData(4711UL)>]
    member _.``A seed is a run``(seed: uint64) =
        let first = Simulator.run seed
        let second = Simulator.run seed
        Assert.True(first.Stats.Steps > 100L)
        Assert.Equal(first.Stats.Steps, second.Stats.Steps)
        Assert.Equal(first.Hash, second.Hash)
        Assert.NotEqual(first.Hash, (Simulator.run (seed + 1UL)).Hash)

    [<Theory>]
    [<InlineData(HostMutant.SendBeforeDurable, "acceptance-honesty")>]
    [<InlineData(HostMutant.SendBeforeDurable, "vote-durable")>]
    [<InlineData(HostMutant.ForgetVoteOnCrash, "vote-once")>]
    [<InlineData(HostMutant.ForgetTermOnCrash, "vote-once")>]
    [<InlineData(HostMutant.ReportBeforeDurable, "vote-durable")>]
    [<InlineData(HostMutant.LoseSyncedTail, "leader-completeness")>]
    [<InlineData(HostMutant.ApplyTwice, "state-machine-safety")>]
    [<InlineData(HostMutant.SkipApply, "state-machine-safety")>]
    [<InlineData(HostMutant.ForgeAcceptances, "commit-durability")>]
    [<InlineData(HostMutant.ForgeVotes, "election-quorum")>]
    [<InlineData(HostMutant.CorruptEntries, "log-matching")>]
    [<InlineData(HostMutant.ServeReadsLocally, "read-linearizability")>]
    [<InlineData(HostMutant.LieAboutRefusals, "proposal-honesty")>]
    [<InlineData(HostMutant.NeverHeal, "liveness")>]
    member _.``A deliberate fault is caught``(mutant: HostMutant, rule: string) =
        let broken = rulesBroken mutant rule 300
        let text = String.Join(", ", broken |> Array.countBy id)
        Assert.True(Array.contains rule broken, $"{mutant} broke {text}")
