// Members that have applied the same entries have the same state (Raft's state machine safety, Ongaro's thesis 3.2).
namespace Checking.Checkers;

/// <summary>Equal hashes at equal places.</summary>
public static class EqualState
{
    /// <summary>Members whose states differ at one place.</summary>
    public static IEnumerable<Violation> Check(History history)
    {
        foreach (var place in history.States.GroupBy(state => (state.Kind, state.Number, state.Compacted)))
        {
            if (place.Select(state => state.Hash).Distinct(StringComparer.Ordinal).Skip(1).Any())
            {
                yield return new Violation(
                    Rules.EqualState, $"at {place.Key.Kind} {place.Key.Number} (compacted {place.Key.Compacted}): "
                        + string.Join(", ", place.Select(state => $"{state.Member} has {state.Hash}").Distinct()));
            }
        }
    }
}
