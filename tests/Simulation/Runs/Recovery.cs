// The second phase: nothing goes wrong any more. Within a bound there must be a leader, writes through every member,
// and one state everywhere; else something is stuck.
using Kv.Simulation.Cluster;
using Kv.Simulation.Time;
using Kv.Simulation.Workload;

namespace Kv.Simulation.Runs;

internal sealed class Recovery(World world, Crowd crowd)
{
    /// <summary>Virtual time the cluster has: long waits of clients and members must run out first.</summary>
    private const long Limit = 90 * Span.Second;

    public void Run()
    {
        crowd.Stop();
        Until(() => crowd.IsDone, "clients are still waiting");
        Until(AllServe, "members do not serve");
        crowd.WriteThroughAll();
        Until(() => crowd.IsDone, "writes do not succeed");
        Until(IsOne, "members do not come to one state");
        if (world.Observers.Broken is null)
        {
            world.Observers.OnConverged(Members());
        }
    }

    /// <summary>Those the newest state knows.</summary>
    private SimMember[] Members()
    {
        var newest = world.Running.Where(member => member.Engine is not null).MaxBy(member => member.Engine!.State.AppliedIndex);
        return [.. newest?.Engine!.State.Members.Select(member => world.Find(new Uri(member.PeerUrls[0]))!) ?? world.Members];
    }

    private bool AllServe() => Members().All(member => member.Services is not null);

    private bool IsOne()
    {
        var members = Members();
        return members.All(member => member.Engine is not null)
            && members.Select(member => member.Engine!.State.AppliedIndex).Distinct().Count() == 1
            && members.All(member => member.Engine!.Raft.LastIndex == member.Engine.State.AppliedIndex);
    }

    private void Until(Func<bool> condition, string otherwise)
    {
        var end = world.Events.Now + Limit;
        while (world.Observers.Broken is null && !condition())
        {
            if (world.Events.Now >= end)
            {
                world.Observers.Break(new Violation("liveness", $"{otherwise}: {Describe()}"));
                return;
            }

            Simulator.RunFor(world, Span.Second / 10);
        }
    }

    private string Describe() => string.Join("; ", Members().Select(member => member.Engine is not { } engine
        ? $"{member.Name} is down after {member.Starts} starts"
        : $"{member.Name} {engine.Raft.Role} of term {engine.Term}, leader {engine.Leader:x}, applied {engine.State.AppliedIndex}"
            + $" of {engine.Raft.LastIndex}{(member.Services is null ? ", not serving" : "")}"));
}
