// Which watchers a change of a key concerns: a hash of single keys beside a tree of intervals. Not
// safe for threads by itself.
namespace Kv.Node.Watch;

/// <summary>A set of watchers that can be asked by key.</summary>
internal sealed class WatcherIndex
{
    private readonly Dictionary<ReadOnlyMemory<byte>, WatcherBag> _singles = new(KeyComparer.Instance);
    private readonly RangeTree _ranges = new();

    public int Count { get; private set; }

    public void Add(Watcher watcher)
    {
        Count++;
        if (!watcher.Range.IsSingle)
        {
            _ranges.Add(watcher);
            return;
        }

        if (!_singles.TryGetValue(watcher.Range.Start, out var bag))
        {
            _singles.Add(watcher.Range.Start, bag = new WatcherBag());
        }

        bag.Add(watcher);
    }

    /// <summary>Takes out a watcher that is in the index.</summary>
    public void Remove(Watcher watcher)
    {
        Count--;
        if (!watcher.Range.IsSingle)
        {
            _ranges.Remove(watcher);
            return;
        }

        var bag = _singles[watcher.Range.Start];
        bag.Remove(watcher);
        if (bag.Count == 0)
        {
            _singles.Remove(watcher.Range.Start);
        }
    }

    /// <summary>Adds to <paramref name="into"/> the watchers of a key.</summary>
    public void Find(ReadOnlyMemory<byte> key, List<Watcher> into)
    {
        if (_singles.TryGetValue(key, out var bag))
        {
            into.AddRange(bag.Watchers);
        }

        _ranges.Find(key.Span, into);
    }

    /// <summary>Adds all watchers.</summary>
    public void AddAllTo(List<Watcher> into)
    {
        foreach (var bag in _singles.Values)
        {
            into.AddRange(bag.Watchers);
        }

        _ranges.AddAllTo(into);
    }
}
