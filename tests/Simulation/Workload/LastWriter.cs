// Writes through one member until it succeeds, when nothing goes wrong any more.
using Kv.Simulation.Cluster;
using Kv.Simulation.Time;

namespace Kv.Simulation.Workload;

internal sealed class LastWriter(World world, History history, int number, SimMember member) : Client(world, history, number)
{
    protected override async Task WorkAsync()
    {
        while (!member.IsGone && member.Engine?.IsLearner != true
            && (await PutAsync(member, Requests.Put("last", $"{Number}.{World.Events.Now}"))).Value is null)
        {
            await PauseAsync(Span.Second / 10);
        }
    }
}
