// Which seeds a test run takes: fresh ones from the clock, or what the environment asks for; and
// the corpus of those that once failed.
namespace Kv.Core.Simulation

open System
open System.Globalization
open System.IO
open System.Threading.Tasks
open Kv.Core.Simulation.Checkers

[<RequireQualifiedAccess>]
module Seeds =
    let private variable (name: string) : uint64 voption =
        match Environment.GetEnvironmentVariable name with
        | null
        | "" -> ValueNone
        | text -> ValueSome(UInt64.Parse(text, CultureInfo.InvariantCulture))

    /// The one seed to run (`KV_SIM_SEED`).
    let single () : uint64 voption = variable "KV_SIM_SEED"

    /// How many fresh seeds to run (`KV_SIM_SEEDS`, 1000).
    let count () : int =
        int (ValueOption.defaultValue 1000UL (variable "KV_SIM_SEEDS"))

    /// Where a run from the clock begins; different in every run.
    let fresh () : uint64 =
        SplitMix(uint64 DateTime.UtcNow.Ticks).Next() >>> 16

    /// The seeds that once failed; `path` is the corpus file.
    let corpus (path: string) : uint64[] =
        File.ReadAllLines path
        |> Array.filter (fun line -> line <> "" && not (line.StartsWith '#'))
        |> Array.map (fun line -> UInt64.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture))

    /// Runs all seeds on two threads; answers the counters, and the first seed (in the order
    /// given) that failed.
    let runAll (seeds: uint64[]) : struct (Stats * uint64 voption) =
        let results = Array.zeroCreate<RunResult> seeds.Length
        let options = ParallelOptions(MaxDegreeOfParallelism = 2)

        let run (position: int) =
            results[position] <- Simulator.run seeds[position]

        Parallel.For(0, seeds.Length, options, run) |> ignore
        let total = Stats()

        for result in results do
            total.Add result.Stats

        match results |> Array.tryFind (fun result -> result.Failure.IsSome) with
        | Some result -> struct (total, ValueSome result.Seed)
        | None -> struct (total, ValueNone)
