// Keeps a key alive with a lease for a while, and looks whether it is there as long as it must be.
using Kv.Simulation.Cluster;

namespace Kv.Simulation.Workload;

internal sealed class LeaseHolder(World world, History history, int number) : LeaseClient(world, history, number)
{
    private string Key => $"lease-{Number}";

    protected override async Task WorkAsync()
    {
        while (!IsStopping)
        {
            if (await GrantAsync() && (await PutAsync(AnyMember(), Requests.Put(Key, $"{Lease}", Lease))).Value is not null)
            {
                await HoldAsync(Chance.Below(6));
            }

            await PauseAsync(Chance.Between(0, World.Day.ThinkMax));
        }
    }

    private async Task HoldAsync(int renewals)
    {
        while (!IsStopping)
        {
            await PauseAsync(Chance.Between(0, TimeToLive / 2));
            if (renewals-- > 0 && !await RenewAsync())
            {
                return;
            }

            var answer = await RangeAsync(AnyMember(), Requests.Get(Key));
            if (answer.Value is { Kvs.Count: 0 })
            {
                if (World.Events.Now < AliveUntil)
                {
                    throw new Violation(
                        "lease-early", $"{Key} is gone at {World.Events.Now}, and lease {Lease} was to live until {AliveUntil}");
                }

                World.Observers.Statistics.Count("leases ended");
                return;
            }
        }
    }
}
