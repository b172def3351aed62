// Raft figure 3, leader completeness: who comes to lead has everything that was committed. That the entries are the
// same ones is for log matching and state machine safety to see.
using Kv.Core.Raft;
using Kv.Simulation.Cluster;

namespace Kv.Simulation.Checkers;

internal sealed class LeaderCompleteness
{
    private ulong _applied;

    /// <summary>A member has applied everything up to here, so it is committed.</summary>
    public void OnApplied(ulong index) => _applied = Math.Max(_applied, index);

    /// <summary>A member comes to lead.</summary>
    /// <exception cref="Violation">Its log ends too early.</exception>
    public void OnLeader(SimMember member, RaftStatus raft)
    {
        if (raft.LastIndex < _applied)
        {
            throw new Violation(
                "leader-completeness",
                $"{member.Name} leads in term {raft.Term} with a log up to {raft.LastIndex}; {_applied} is committed");
        }
    }
}
