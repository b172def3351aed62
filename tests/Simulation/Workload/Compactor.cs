// Compacts now and then, up to some revision it has seen.
using Kv.Node.Protos;
using Kv.Simulation.Cluster;
using Kv.Simulation.Time;

namespace Kv.Simulation.Workload;

internal sealed class Compactor(World world, History history, int number) : Client(world, history, number)
{
    private long _compacted = 1;

    protected override async Task WorkAsync()
    {
        while (!IsStopping)
        {
            await PauseAsync(Span.Second / 10);
            if (Chance.Permille(World.Day.CompactPermille)
                && (await RangeAsync(AnyMember(), Requests.Get("k0"))).Value is { } read && read.Header.Revision > _compacted)
            {
                var revision = Chance.Between(_compacted, read.Header.Revision);
                if ((await CompactAsync(AnyMember(), new CompactionRequest { Revision = revision })).Value is not null)
                {
                    _compacted = revision;
                }
            }
        }
    }
}
