// Raft figure 3, state machine safety: at an applied index all members have the same state, and every entry had the
// same outcome on each. A state is hashed only now and then, and always where another one has been.
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Simulation.Cluster;

namespace Kv.Simulation.Checkers;

internal sealed class StateMachineSafety
{
    private readonly Dictionary<ulong, (ulong Hash, string Member)> _hashes = [];
    private readonly Dictionary<ulong, (ulong RequestId, StoreError Error, string Member)> _outcomes = [];
    private readonly Dictionary<int, ulong> _applied = [];

    /// <summary>A process begins with a state from its disk.</summary>
    /// <exception cref="Violation">It is not one that there was.</exception>
    public void OnStarted(SimMember member, StoreState state)
    {
        _applied[member.Number] = state.AppliedIndex;
        Compare(member, state);
    }

    /// <summary>A member has a new state.</summary>
    /// <exception cref="Violation">It goes back, or is another than that of others.</exception>
    public void OnPublished(SimMember member, StoreState state)
    {
        if (state.AppliedIndex < _applied.GetValueOrDefault(member.Number))
        {
            throw new Violation("monotonicity", $"{member.Name} goes back to {state.AppliedIndex} from {_applied[member.Number]}");
        }

        _applied[member.Number] = state.AppliedIndex;
        if (state.AppliedIndex % 8 == 0 || _hashes.ContainsKey(state.AppliedIndex))
        {
            Compare(member, state);
        }
    }

    /// <summary>A member knows what became of entries.</summary>
    /// <exception cref="Violation">It is not what became of them elsewhere.</exception>
    public void OnDecided(SimMember member, IReadOnlyList<Outcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            var seen = (outcome.RequestId, outcome.Error, member.Name);
            if (!_outcomes.TryAdd(outcome.Index, seen)
                && (_outcomes[outcome.Index].RequestId, _outcomes[outcome.Index].Error) != (seen.RequestId, seen.Error))
            {
                throw new Violation(
                    "state-machine-safety", $"entry {outcome.Index} is {seen} and {_outcomes[outcome.Index]}");
            }
        }
    }

    /// <summary>All have come to the same index.</summary>
    /// <exception cref="Violation">And not to the same state.</exception>
    public void OnConverged(IReadOnlyList<SimMember> members)
    {
        foreach (var member in members)
        {
            Compare(member, member.Engine!.State);
        }
    }

    private void Compare(SimMember member, StoreState state)
    {
        if (state.AppliedIndex == 0)
        {
            // A member that joins knows nothing yet, those of a new cluster know each other.
            return;
        }

        var seen = (Hash: state.StateHash(), member.Name);
        if (!_hashes.TryAdd(state.AppliedIndex, seen) && _hashes[state.AppliedIndex].Hash != seen.Hash)
        {
            throw new Violation(
                "state-machine-safety",
                $"{member.Name} and {_hashes[state.AppliedIndex].Member} have different states at {state.AppliedIndex}");
        }
    }
}
