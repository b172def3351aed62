// Reads and writes a few keys, one operation after the other, through whichever member.
using Kv.Node.Protos;
using Kv.Simulation.Cluster;
using Kv.Simulation.Network;

namespace Kv.Simulation.Workload;

internal sealed class Writer(World world, History history, int number) : Client(world, history, number)
{
    private readonly Dictionary<string, long> _modRevisions = [];
    private long _seen;
    private int _count;

    protected override async Task WorkAsync()
    {
        while (!IsStopping)
        {
            await StepAsync(AnyMember(), Key());
            await PauseAsync(Chance.Between(0, World.Day.ThinkMax));
        }
    }

    private Task StepAsync(SimMember member, string key)
    {
        var day = World.Day;
        return Chance.Permille(day.TxnPermille) ? SwapAsync(member, key)
            : Chance.Permille(day.DeletePermille) ? DeleteAsync(member, Chance.Permille(50) ? Requests.DeleteWriters() : Requests.Delete(key))
            : Chance.Permille(day.SerializablePermille) ? ReadAsync(member, Requests.Get(key, isSerializable: true), key)
            : Chance.Permille(50) ? ReadAsync(member, Requests.Everything(isSerializable: Chance.Permille(500)), null)
            : Chance.Permille(50) && _seen > 2 ? ReadAsync(member, Requests.Everything(Chance.Between(2, _seen)), null)
            : Chance.Permille(450) ? ReadAsync(member, Requests.Get(key), key)
            : PutAsync(member, Requests.Put(key, Value()));
    }

    private async Task ReadAsync(SimMember member, RangeRequest request, string? key)
    {
        var answer = await RangeAsync(member, request);
        if (answer.Value is { } read)
        {
            _seen = Math.Max(_seen, read.Header.Revision);
            if (key is not null)
            {
                _modRevisions[key] = read.Kvs is [var row] ? row.ModRevision : 0;
            }
        }
    }

    private async Task SwapAsync(SimMember member, string key)
    {
        var answer = await TxnAsync(member, Requests.Swap(key, _modRevisions.GetValueOrDefault(key), Key(), Value()));
        if (answer.Kind == AnswerKind.Value)
        {
            var response = answer.Value!;
            _modRevisions[key] = response.Succeeded ? response.Header.Revision
                : response.Responses[0].ResponseRange.Kvs is [var row] ? row.ModRevision
                : 0;
        }
    }

    private string Key() => $"k{Chance.Below(World.Day.Keys)}";

    /// <summary>No two are equal.</summary>
    private string Value() => $"{Number}.{++_count}".PadRight(World.Day.ValueBytes, '.');
}
