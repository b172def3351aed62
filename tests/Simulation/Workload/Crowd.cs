// All clients of a run.
using Kv.Node.Protos;
using Kv.Simulation.Checkers;
using Kv.Simulation.Cluster;

namespace Kv.Simulation.Workload;

/// <summary>The clients.</summary>
internal sealed class Crowd
{
    private readonly World _world;
    private readonly History _history;
    private readonly LockExclusive _locks = new();
    private readonly List<Client> _clients = [];

    public Crowd(World world)
    {
        (_world, _history) = (world, new History(world.Events));
        var day = world.Day;
        Add(day.Writers, number => new Writer(world, _history, number));
        Add(day.Watchers, number => new WatchClient(world, _history, number));
        Add(day.LeaseHolders, number => new LeaseHolder(world, _history, number));
        Add(day.Lockers, number => new Locker(world, _history, number, _locks));
        Add(day.CompactPermille > 0 ? 1 : 0, number => new Compactor(world, _history, number));
    }

    /// <summary>Nobody waits for anything.</summary>
    public bool IsDone => _clients.TrueForAll(client => client.Done.IsCompleted);

    public void Begin() => _clients.ForEach(client => client.Begin());

    /// <summary>Lets all finish what they do.</summary>
    public void Stop() => _clients.ForEach(client => client.IsStopping = true);

    /// <summary>A write through every member must succeed now.</summary>
    public void WriteThroughAll()
    {
        foreach (var member in _world.Serving.ToArray())
        {
            Add(1, number => new LastWriter(_world, _history, number, member));
            _clients[^1].Begin();
        }
    }

    /// <summary>Judges what the clients saw.</summary>
    public void Check()
    {
        try
        {
            foreach (var client in _clients.Where(client => client.Done.IsFaulted))
            {
                throw client.Done.Exception!.InnerException!;
            }

            _locks.Check();
            new Linearizability(_world.Observers.Ledger, _history.Operations).Check();
            CompactionSafety.Check(_history.Operations);
            var watches = new WatchGuarantees(_world.Observers.Ledger, CompactedMax());
            _history.Watches.ForEach(watches.Check);
        }
        catch (Violation violation)
        {
            _world.Observers.Break(violation);
        }
    }

    /// <summary>How far the history may be compacted, whether or not anybody was told.</summary>
    private long CompactedMax() =>
        _history.Operations.Select(operation => operation.Request).OfType<CompactionRequest>().Select(request => request.Revision)
            .DefaultIfEmpty().Max();

    private void Add(int count, Func<int, Client> make)
    {
        for (var i = 0; i < count; i++)
        {
            _clients.Add(make(_clients.Count + 1));
        }
    }
}
