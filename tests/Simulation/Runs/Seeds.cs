// Many seeds, several at a time: a run has one thread, and nothing to do with other runs.
using System.Collections.Concurrent;
using System.Diagnostics;
using Kv.Simulation.Checkers;
using Kv.Simulation.Time;

namespace Kv.Simulation.Runs;

internal static class Seeds
{
    /// <summary>Runs seeds.</summary>
    /// <returns>What happened in all of them, and those that broke a rule.</returns>
    public static (Statistics Total, IReadOnlyList<RunResult> Failed) RunAll(IEnumerable<ulong> seeds, int threads)
    {
        var total = new Statistics();
        var failed = new ConcurrentBag<RunResult>();
        Parallel.ForEach(seeds, new ParallelOptions { MaxDegreeOfParallelism = threads }, seed =>
        {
            var result = Simulator.Run(seed);
            lock (total)
            {
                total.Add(result.Statistics);
            }

            if (result.Broken is not null)
            {
                failed.Add(result);
            }
        });
        return (total, [.. failed.OrderBy(result => result.Seed)]);
    }

    /// <summary>Runs what was asked for, and says what came of it.</summary>
    /// <returns>The exit code.</returns>
    public static int Print(Arguments arguments)
    {
        var watch = Stopwatch.StartNew();
        var seeds = Enumerable.Range(0, arguments.Seeds).Select(i => arguments.From + (ulong)i);
        var (total, failed) = RunAll(seeds, arguments.Threads);
        foreach (var result in failed)
        {
            Console.WriteLine($"seed {result.Seed}: {result.Broken!.Message}");
        }

        if (failed.Count > 0)
        {
            Console.WriteLine(Simulator.Explain(failed[0].Seed, arguments.Lines));
        }

        if (arguments.Recording is { } directory)
        {
            var seed = failed.Count > 0 ? failed[0].Seed : arguments.From;
            Simulator.Run(seed, recording: directory);
            Console.WriteLine($"seed {seed} is recorded in {directory}: kvnode replay {directory}");
        }

        var minutes = watch.Elapsed.TotalMinutes;
        Console.WriteLine(total);
        Console.WriteLine(
            $"{arguments.Seeds} seeds from {arguments.From} in {watch.Elapsed.TotalSeconds:F1} s: {arguments.Seeds / minutes:F0} seeds and "
            + $"{total.Time / (double)Span.Second / 3600 / minutes:F1} simulated hours a minute; {failed.Count} violations");
        return failed.Count == 0 ? 0 : 1;
    }
}
