// One seed, one run; a failed seed is run again with the trace kept, since the second run is the
// same as the first.
namespace Kv.Core.Simulation

open System
open Kv.Core
open Kv.Core.Simulation.Checkers

/// What broke a run.
[<NoComparison; NoEquality>]
type Failure = {
    Rule: string
    Message: string
    Step: int64
    Lines: string[]
}

/// What came of a seed.
[<NoComparison; NoEquality>]
type RunResult = {
    Seed: uint64
    Hash: uint64
    Stats: Stats
    Failure: Failure voption
}

[<RequireQualifiedAccess>]
module Simulator =
    /// Trace lines that a failure shows.
    let linesMax = 80

    let private play (world: World) =
        let faults = Faults world
        let workload = Workload world
        let liveness = Liveness(world, workload)

        for _ in 1 .. world.Options.SafetyTicks do
            faults.Tick()
            workload.Tick()
            world.RunTick()

        liveness.Run()

    let private failure (trace: Trace) (rule: string) (message: string) =
        ValueSome {
            Rule = rule
            Message = message
            Step = trace.Step
            Lines = trace.Lines
        }

    /// `lines`: how many trace lines to keep; 0: record no text.
    let private runWith (options: SimOptions) (lines: int) : RunResult =
        let trace = Trace(lines > 0, lines)
        let world = World(options, trace)

        let outcome =
            try
                play world
                ValueNone
            with
            | :? Violation as broken -> failure trace broken.Rule broken.Message
            | :? InvariantException as broken -> failure trace ("core/" + broken.Id) broken.Message
            | :? NullReferenceException
            | :? IndexOutOfRangeException
            | :? ArgumentException
            | :? InvalidOperationException as error -> failure trace "exception" (error.ToString())

        let stats = world.Observers.Stats
        stats.Steps <- trace.Step
        stats.Elections <- int64 world.Observers.Elections.Count
        stats.Commits <- int64 world.Observers.History.LastIndex

        {
            Seed = options.Seed
            Hash = trace.Hash
            Stats = stats
            Failure = outcome
        }

    /// Runs the seed, with a deliberate fault if asked for.
    let runMutant (mutant: HostMutant) (seed: uint64) : RunResult =
        runWith (SimOptions.draw seed mutant) 0

    /// Runs the seed.
    let run (seed: uint64) : RunResult = runMutant HostMutant.None seed

    /// The text of a failure: how to run it again, and the last `lines` lines.
    let explain (mutant: HostMutant) (seed: uint64) (lines: int) : string =
        match (runWith (SimOptions.draw seed mutant) lines).Failure with
        | ValueNone -> $"seed {seed} passes"
        | ValueSome failure ->
            let lines = String.Join('\n', failure.Lines)

            $"seed {seed}, step {failure.Step}: {failure.Rule}: {failure.Message}\n"
            + $"run it again: KV_SIM_SEED={seed}\n{lines}"
