// One seed, one run: a bad day, then everything is mended, and the cluster must find together within a bound.
using Kv.Simulation.Cluster;
using Kv.Simulation.Faults;
using Kv.Simulation.Time;
using Kv.Simulation.Workload;

namespace Kv.Simulation.Runs;

/// <summary>Runs seeds.</summary>
internal static class Simulator
{
    /// <summary>Lines of the trace that a failure shows.</summary>
    public const int LinesShown = 120;

    /// <summary>Runs a seed.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="lines">Lines of text to keep.</param>
    /// <param name="recording">A directory for what the members record; null for none.</param>
    public static RunResult Run(ulong seed, int lines = 0, string? recording = null) => Run(BadDay.Of(seed), lines, recording);

    /// <inheritdoc cref="Run(ulong, int, string)"/>
    public static RunResult Run(BadDay day, int lines = 0, string? recording = null)
    {
        var world = new World(day, lines, recording);
        var troubles = new Troubles(world);
        var crowd = new Crowd(world);
        var operators = new Operator(world);
        troubles.Begin();
        operators.Begin();
        crowd.Begin();
        RunFor(world, day.SafetyTime);
        if (world.Observers.Broken is null)
        {
            troubles.End();
            operators.End();
            new Recovery(world, crowd).Run();
        }

        if (world.Observers.Broken is null)
        {
            crowd.Check();
        }

        foreach (var member in world.Running)
        {
            member.Life!.Recorder?.Turn();
        }

        var statistics = world.Observers.Statistics;
        (statistics.Runs, statistics.Events, statistics.Time) = (1, world.Events.Count, world.Events.Now);
        return new RunResult(day.Seed, world.Trace.Hash, statistics, world.Observers.Broken, world.Trace.Lines);
    }

    /// <summary>The text of a failure: how to run it again, and the end of what happened.</summary>
    public static string Explain(ulong seed, int lines = LinesShown)
    {
        var result = Run(seed, lines);
        return result.Broken is null
            ? $"seed {seed} passes"
            : $"seed {seed}: {result.Broken.Message}\n{BadDay.Of(seed)}\nrun it again: scripts/simulate.sh --from {seed} --seeds 1"
                + " (with --record DIR, and kvnode replay DIR tells what each member did and why)\n"
                + string.Join('\n', result.Lines);
    }

    /// <summary>Lets time pass, or stops at the first broken rule.</summary>
    public static void RunFor(World world, long time)
    {
        var end = world.Events.Now + time;
        while (world.Observers.Broken is null && world.Events.Now < end)
        {
            world.Events.RunUntil(Math.Min(end, world.Events.Now + (Span.Second / 100)));
        }
    }
}
