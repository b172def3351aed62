// What a checker throws: a rule that does not hold.
namespace Kv.Simulation;

/// <summary>A broken rule.</summary>
/// <param name="rule">Its name.</param>
/// <param name="message">What was seen.</param>
internal sealed class Violation(string rule, string message) : Exception($"{rule}: {message}")
{
    public string Rule { get; } = rule;
}
