// Takes a lock that dies with a lease, holds it, and lets it go: nobody else has it while it surely lives.
using Kv.Simulation.Checkers;
using Kv.Simulation.Cluster;

namespace Kv.Simulation.Workload;

internal sealed class Locker(World world, History history, int number, LockExclusive ledger) : LeaseClient(world, history, number)
{
    private const string Key = "lock";

    private int _attempts;

    protected override async Task WorkAsync()
    {
        while (!IsStopping)
        {
            if (Lease == 0 || World.Events.Now >= AliveUntil || !await RenewAsync())
            {
                await GrantAsync();
            }

            if (Lease != 0)
            {
                await TryAsync();
            }

            await PauseAsync(Chance.Between(0, World.Day.ThinkMax));
        }
    }

    private async Task TryAsync()
    {
        // A release that nobody answered may still come: it must not meet the next holding.
        var (called, value) = (World.Events.Now, $"{Number}.{Lease}.{++_attempts}");
        var answer = await TxnAsync(AnyMember(), Requests.Acquire(Key, value, Lease));
        if (answer.Value is not { Succeeded: true })
        {
            return;
        }

        var held = ledger.Acquired(Number, called, World.Events.Now);
        World.Observers.Statistics.Count("locks");
        await PauseAsync(Chance.Between(0, TimeToLive));
        if (Chance.Permille(500) && World.Events.Now < AliveUntil)
        {
            await RenewAsync();
        }

        held.Until = Math.Min(AliveUntil, World.Events.Now);
        await TxnAsync(AnyMember(), Requests.Release(Key, value));
    }
}
