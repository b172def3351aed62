// What clients with leases have in common.
using Kv.Core.Auth;
using Kv.Node.Protos;
using Kv.Simulation.Cluster;
using Kv.Simulation.Network;
using Kv.Simulation.Time;

namespace Kv.Simulation.Workload;

/// <summary>A client with a lease.</summary>
internal abstract class LeaseClient(World world, History history, int number) : Client(world, history, number)
{
    private int _leases;

    /// <summary>The lease; 0 if it has none.</summary>
    protected long Lease { get; private set; }

    /// <summary>Until when the lease lives for sure: counted from when the client asked for the time, with the fastest
    /// clock there may be.</summary>
    protected long AliveUntil { get; private set; }

    /// <summary>Time it asked for, virtual.</summary>
    protected long TimeToLive { get; private set; }

    /// <summary>Gets a lease.</summary>
    protected async Task<bool> GrantAsync()
    {
        var request = new LeaseGrantRequest { ID = (Number * 1_000_000) + ++_leases, TTL = Chance.Between(1, 8) };
        var called = World.Events.Now;
        var answer = await AskAsync(AnyMember(), services => services.Leases.GrantAsync(request, Caller.Nobody, default).AsTask());
        if (answer.Value is not { } granted)
        {
            return false;
        }

        Lease = granted.ID;
        TimeToLive = granted.TTL * Span.Second;
        AliveUntil = called + ForSure(TimeToLive);
        return true;
    }

    /// <summary>Asks for its full time again.</summary>
    /// <returns>False if the lease is gone.</returns>
    protected async Task<bool> RenewAsync()
    {
        var (called, id) = (World.Events.Now, Lease);
        var answer = await AskAsync(AnyMember(), services => services.Engine.Leases.RenewAsync(id, CancellationToken.None));
        if (answer.Kind != AnswerKind.Value)
        {
            return true;
        }

        if (answer.Value > 0)
        {
            AliveUntil = Math.Max(AliveUntil, called + ForSure(answer.Value * Span.Second));
            World.Observers.Statistics.Count("renewals");
            return true;
        }

        if (World.Events.Now < AliveUntil)
        {
            throw new Violation("lease-early", $"lease {id} is gone at {World.Events.Now}, and was to live until {AliveUntil}");
        }

        return false;
    }

    private long ForSure(long time) => time / (1000 + World.Day.ClockDriftPermilleMax) * 1000;
}
