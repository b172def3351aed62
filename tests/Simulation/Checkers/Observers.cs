// All checkers that look into the members, in one place; the world tells them what it sees. None of them may change
// a run.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Engine;
using Kv.Simulation.Cluster;

namespace Kv.Simulation.Checkers;

/// <summary>The checkers of one run that see everything.</summary>
internal sealed class Observers(World world)
{
    private readonly ElectionSafety _elections = new();
    private readonly LogMatching _logs = new();
    private readonly LeaderCompleteness _completeness = new();
    private readonly StateMachineSafety _states = new();

    /// <summary>All changes of the store.</summary>
    public Ledger Ledger { get; } = new(world.Events);

    /// <summary>The first rule that broke.</summary>
    public Violation? Broken { get; private set; }

    public Statistics Statistics { get; } = new();

    /// <summary>Notes that a rule is broken; the run ends at the next event.</summary>
    public void Break(Violation violation) => Broken ??= violation;

    /// <summary>A process has its data and is about to work.</summary>
    public void OnStarted(SimMember member, NodeEngine engine)
    {
        Statistics.Starts++;
        Guard(() => _states.OnStarted(member, engine.State));
        engine.Published += state => OnPublished(member, state);
        engine.Decided += (state, outcomes) => Guard(() => _states.OnDecided(member, outcomes));
    }

    public void OnStartFailed(SimMember member, Exception error) => Guard(() => StartHonesty.OnFailed(member, error));

    /// <summary>A process did something.</summary>
    public void OnRan(SimMember member)
    {
        if (member.Engine is not { } engine || engine.Leader != engine.MemberId)
        {
            return;
        }

        if (_elections.IsNews(engine.Term, engine.MemberId))
        {
            Statistics.Elections++;
            world.Say(member, $"leads in term {engine.Term}");
            Guard(() =>
            {
                _elections.OnLeader(member, engine);
                _completeness.OnLeader(member, engine.Raft);
            });
        }
    }

    public void OnEnded(SimMember member)
    {
        Statistics.Ends++;
        world.Say(member, "is gone");
    }

    public void OnRemoved(SimMember member) => Statistics.Removals++;

    public void OnSend(SimMember member, Message message)
    {
        Statistics.Messages++;
        if (message.Body is MessageBody.Append append)
        {
            Guard(() => _logs.OnEntries(member, append.PreviousTerm, append.Entries));
        }
    }

    /// <summary>At the end all states must be one.</summary>
    public void OnConverged(IReadOnlyList<SimMember> members) => Guard(() => _states.OnConverged(members));

    private void OnPublished(SimMember member, StoreState state)
    {
        Statistics.Published++;
        _completeness.OnApplied(state.AppliedIndex);
        world.Trace.Note((ulong)state.Revision ^ (state.AppliedIndex << 20) ^ ((ulong)member.Number << 56));
        Guard(() =>
        {
            Ledger.OnPublished(state);
            _states.OnPublished(member, state);
        });
    }

    private void Guard(Action check)
    {
        try
        {
            check();
        }
        catch (Violation violation)
        {
            Break(violation);
        }
    }
}
