// Raft figure 3, election safety: at most one leader in a term.
using Kv.Node.Engine;
using Kv.Simulation.Cluster;

namespace Kv.Simulation.Checkers;

internal sealed class ElectionSafety
{
    private readonly Dictionary<ulong, ulong> _leaders = [];

    /// <summary>Not seen yet.</summary>
    public bool IsNews(ulong term, ulong leader) => _leaders.GetValueOrDefault(term) != leader;

    /// <summary>A member leads.</summary>
    /// <exception cref="Violation">Another one did in that term.</exception>
    public void OnLeader(SimMember member, NodeEngine engine)
    {
        if (!_leaders.TryAdd(engine.Term, engine.MemberId) && _leaders[engine.Term] != engine.MemberId)
        {
            throw new Violation(
                "election-safety",
                $"{member.Name} ({engine.MemberId:x}) leads in term {engine.Term}, and so did {_leaders[engine.Term]:x}");
        }
    }
}
