using Kv.Simulation.Checkers;

namespace Kv.Simulation.Runs;

/// <summary>What came of a seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Hash">Stands for everything that happened.</param>
/// <param name="Statistics">How much that was.</param>
/// <param name="Broken">The rule that broke; null if none did.</param>
/// <param name="Lines">The last lines of the trace, if they were kept.</param>
internal sealed record RunResult(
    ulong Seed, ulong Hash, Statistics Statistics, Violation? Broken, IReadOnlyCollection<string> Lines);
