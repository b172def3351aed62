// Proposals that a change of leader may have swallowed: passed on to a leader that died, or appended by
// one that was deposed. Once an entry of the new term is applied here, what the old one left behind is
// decided; whoever still waits then is told at once that the outcome is unknown, instead of waiting for
// the request timeout.
using Kv.Node.Grpc;

namespace Kv.Node.Engine;

/// <summary>Watches over proposals made under earlier leaders. Used by the raft loop only.</summary>
internal sealed class StaleProposals(ProposalTable proposals)
{
    private readonly HashSet<ulong> _ids = [];
    private ulong _decidedBy;

    /// <summary>Another leader leads from this term on.</summary>
    /// <param name="term">Its term.</param>
    /// <param name="untouched">Proposals that were not handed to Raft yet: they are not concerned.</param>
    public void OnLeader(ulong term, IEnumerable<ulong> untouched)
    {
        _ids.UnionWith(proposals.Waiting);
        _ids.ExceptWith(untouched);
        _decidedBy = term;
    }

    /// <summary>Fails the callers concerned once an entry of the new term is applied.</summary>
    /// <param name="appliedTerm">Term of the newest applied entry.</param>
    public void Decide(ulong appliedTerm)
    {
        if (_ids.Count == 0 || appliedTerm < _decidedBy)
        {
            return;
        }

        foreach (var id in _ids)
        {
            proposals.Fail(id, EtcdErrors.TimeoutDueToLeaderFail);
        }

        _ids.Clear();
    }
}
