// Each planted bug must be found by some rule; how many seeds that takes says how sharp the simulators are. Bugs of the
// Raft core are looked for among cores alone, too: those runs are shorter, and change several members at once.
using System.Diagnostics;
using Kv.Core;

namespace Kv.Simulation.Runs;

internal static class MutantTable
{
    /// <summary>Looks for a bug with whole nodes.</summary>
    /// <returns>The seeds it took and the rule that broke; null if no seed found it.</returns>
    public static (int Seeds, string Rule)? Find(Mutant mutant, int seedsMax) =>
        Find(mutant, seedsMax, seed => Simulator.Run(seed).Broken?.Message);

    /// <summary>Looks for a bug with Raft cores alone.</summary>
    /// <inheritdoc cref="Find(Mutant, int)"/>
    public static (int Seeds, string Rule)? FindInCore(Mutant mutant, int seedsMax) =>
        Find(mutant, seedsMax, seed => Core.Simulation.Simulator.run(seed).Failure is { IsSome: true } failure
            ? $"{failure.Value.Rule}: {failure.Value.Message}"
            : null);

    /// <summary>Plants all of them, one after the other.</summary>
    /// <returns>The exit code.</returns>
    public static int Print(Arguments arguments)
    {
        var missed = 0;
        Console.WriteLine($"{"bug",-24}{"nodes",8}{"cores",8}{"seconds",9}  found as");
        foreach (var mutant in Enum.GetValues<Mutant>().Where(mutant => mutant != Mutant.None))
        {
            var watch = Stopwatch.StartNew();
            var found = Find(mutant, arguments.Seeds);
            var inCore = mutant < Mutant.ReadBeforeApplied || mutant is Mutant.TwoChanges or Mutant.TellBeforeDurable
                ? FindInCore(mutant, arguments.Seeds)
                : null;
            missed += found is null && inCore is null ? 1 : 0;
            var rule = (found ?? inCore)?.Rule.Split('\n')[0] ?? $"not found in {arguments.Seeds} seeds";
            Console.WriteLine(
                $"{mutant,-24}{found?.Seeds.ToString() ?? "-",8}{inCore?.Seeds.ToString() ?? "-",8}{watch.Elapsed.TotalSeconds,9:F1}  "
                + rule[..Math.Min(rule.Length, 100)]);
        }

        return missed == 0 ? 0 : 1;
    }

    private static (int Seeds, string Rule)? Find(Mutant mutant, int seedsMax, Func<ulong, string?> run)
    {
        Mutants.Active = mutant;
        try
        {
            for (var seed = 1; seed <= seedsMax; seed++)
            {
                if (run((ulong)seed) is { } rule)
                {
                    return (seed, rule);
                }
            }

            return null;
        }
        finally
        {
            Mutants.Active = Mutant.None;
        }
    }
}
