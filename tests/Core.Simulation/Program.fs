// `simulate --seeds N --from S --verbose`: runs seeds from the command line, for searches longer
// than the test suite's.
module Kv.Core.Simulation.Program

open System
open System.Diagnostics
open Kv.Core.Simulation.Checkers

let private usage =
    "usage: simulate [--seeds N] [--from S] [--lines L] [--mutant M] [--verbose]\n"
    + "  --seeds N   how many seeds to run (1000)\n"
    + "  --from S    the first seed (from the clock)\n"
    + "  --lines L   trace lines a failure shows (80)\n"
    + "  --mutant M  with a deliberate fault, by its name\n"
    + "  --verbose   a line per seed"

[<NoComparison; NoEquality>]
type private Arguments = {
    Seeds: int
    From: uint64
    Lines: int
    HostMutant: HostMutant
    IsVerbose: bool
}

let rec private parse (arguments: Arguments) (words: string list) : Arguments voption =
    match words with
    | [] -> ValueSome arguments
    | "--verbose" :: rest -> parse { arguments with IsVerbose = true } rest
    | "--seeds" :: word :: rest ->
        match Int32.TryParse word with
        | true, count -> parse { arguments with Seeds = count } rest
        | _ -> ValueNone
    | "--mutant" :: word :: rest ->
        match Enum.TryParse<HostMutant>(word, true) with
        | true, mutant -> parse { arguments with HostMutant = mutant } rest
        | _ -> ValueNone
    | "--lines" :: word :: rest ->
        match Int32.TryParse word with
        | true, count -> parse { arguments with Lines = count } rest
        | _ -> ValueNone
    | "--from" :: word :: rest ->
        match UInt64.TryParse word with
        | true, first -> parse { arguments with From = first } rest
        | _ -> ValueNone
    | _ -> ValueNone

let private report (arguments: Arguments) (result: RunResult) =
    match result.Failure with
    | ValueSome _ ->
        Console.WriteLine(Simulator.explain arguments.HostMutant result.Seed arguments.Lines)
    | ValueNone when arguments.IsVerbose ->
        Console.WriteLine $"{result.Seed} {result.Stats.Describe()}"
    | ValueNone -> ()

let private simulate (arguments: Arguments) : int =
    let watch = Stopwatch.StartNew()
    let total = Stats()
    let mutable failed = 0

    for offset in 0 .. arguments.Seeds - 1 do
        let result =
            Simulator.runMutant arguments.HostMutant (arguments.From + uint64 offset)

        total.Add result.Stats
        report arguments result

        if result.Failure.IsSome then
            failed <- failed + 1

    let seconds = watch.Elapsed.TotalSeconds.ToString "F1"
    Console.WriteLine(total.Describe())
    Console.WriteLine $"{arguments.Seeds} seeds from {arguments.From}, {failed} failed, {seconds} s"
    if failed = 0 then 0 else 1

[<EntryPoint>]
let main (words: string[]) : int =
    let defaults = {
        Seeds = 1000
        Lines = Simulator.linesMax
        HostMutant = HostMutant.None
        From = uint64 Environment.TickCount64 * 1_000_003UL
        IsVerbose = false
    }

    let given = List.ofArray words

    let given =
        if given.Length > 0 && given.Head = "simulate" then
            given.Tail
        else
            given

    match parse defaults given with
    | ValueSome arguments -> simulate arguments
    | ValueNone ->
        Console.Error.WriteLine usage
        2
