// Watchers on exactly the same keys. Each knows its place, so leaving takes no search.
namespace Kv.Node.Watch;

/// <summary>An unordered set of watchers.</summary>
internal sealed class WatcherBag
{
    private Watcher[] _watchers = new Watcher[1];

    public int Count { get; private set; }

    public ReadOnlySpan<Watcher> Watchers => _watchers.AsSpan(0, Count);

    public void Add(Watcher watcher)
    {
        if (Count == _watchers.Length)
        {
            Array.Resize(ref _watchers, Count * 2);
        }

        watcher.Slot = Count;
        _watchers[Count++] = watcher;
    }

    /// <summary>Takes out a watcher that is in this bag.</summary>
    public void Remove(Watcher watcher)
    {
        var last = _watchers[--Count];
        _watchers[watcher.Slot] = last;
        last.Slot = watcher.Slot;
        _watchers[Count] = null!;
    }
}
