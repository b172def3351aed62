// Who watches which path of the v2 tree. The hub is told of every batch before its callers are, so a
// watch that begins after a write was answered never sees that write (etcd-facts §5.2).
using System.Text;
using Kv.Core.Apply;
using Kv.Core.V2;
using Kv.Node.Engine;

namespace Kv.Node.V2;

/// <summary>Hands changes of the v2 tree to those who wait for them.</summary>
internal sealed class V2WatchHub
{
    /// <summary>The moment is over long before this, unless the node is about to end.</summary>
    private static readonly TimeSpan CatchUpMax = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();

    // Paths as Latin-1 text: one character a byte, so that parts of a path can be looked up.
    private readonly Dictionary<string, List<V2Watcher>> _watchers = new(StringComparer.Ordinal);
    private volatile V2State _state;
    private readonly NodeEngine _engine;
    private int _count;

    public V2WatchHub(NodeEngine engine)
    {
        _engine = engine;
        lock (_lock)
        {
            engine.Decided += OnDecided;
            _state = engine.State.V2;
        }
    }

    /// <summary>Watchers waiting now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Begins to watch.</summary>
    /// <param name="path">A canonical path.</param>
    /// <param name="isRecursive">Everything below it, too.</param>
    /// <param name="isStream">Go on after the first event.</param>
    /// <param name="since">The first index that counts; 0 is what comes next.</param>
    /// <exception cref="V2Exception">Events from there on are no longer known.</exception>
    public V2Watcher Watch(byte[] path, bool isRecursive, bool isStream, ulong since)
    {
        AwaitPublished();
        lock (_lock)
        {
            since = since == 0 ? _state.Index + 1 : since;
            var backlog = Backlog(path, isRecursive, isStream, since);
            var watcher = new V2Watcher(
                Encoding.Latin1.GetString(path), isRecursive, isStream, since, _state.Index, backlog);
            if (backlog.Count == 0 || isStream)
            {
                Add(watcher);
            }

            return watcher;
        }
    }

    /// <summary>Stops a watch; the second time it does nothing.</summary>
    public void Remove(V2Watcher watcher)
    {
        lock (_lock)
        {
            if (_watchers.TryGetValue(watcher.Key, out var list) && list.Remove(watcher))
            {
                Removed(watcher.Key, list);
            }
        }
    }

    /// <summary>A state is published a moment before the hub is told of it. Whoever has read it must not
    /// be told of its changes again.</summary>
    private void AwaitPublished()
    {
        var published = _engine.State.V2.Index;
        SpinWait.SpinUntil(() => _state.Index >= published, CatchUpMax);
    }

    private List<V2Event> Backlog(byte[] path, bool isRecursive, bool isStream, ulong since)
    {
        List<V2Event> found = [];
        while (true)
        {
            var (error, change) = _state.FindEvent(path, isRecursive, since);
            if (error is not null)
            {
                throw new V2Exception(error);
            }

            if (change is null)
            {
                return found;
            }

            found.Add(change);
            since = change.Index + 1;
            if (!isStream)
            {
                return found;
            }
        }
    }

    private void Add(V2Watcher watcher)
    {
        if (!_watchers.TryGetValue(watcher.Key, out var list))
        {
            _watchers[watcher.Key] = list = [];
        }

        list.Add(watcher);
        _count++;
    }

    private void Removed(string key, List<V2Watcher> list)
    {
        _count--;
        if (list.Count == 0)
        {
            _watchers.Remove(key);
        }
    }

    /// <summary>A batch was applied, or a whole state came from another member.</summary>
    private void OnDecided(StoreState state, IReadOnlyList<Outcome> outcomes)
    {
        // Only this thread changes it.
        if (state.V2.Index == _state.Index)
        {
            return;
        }

        lock (_lock)
        {
            var told = _state.Index;
            foreach (var outcome in outcomes)
            {
                foreach (var change in (outcome.Reply as V2Reply)?.Changes ?? [])
                {
                    if (change.Event.Index == told + 1)
                    {
                        Tell(change.Event, change.Removed);
                        told++;
                    }
                }
            }

            CatchUp(state.V2, told);
            _state = state.V2;
        }
    }

    /// <summary>Events that came with a whole state. If some are missing, watchers cannot be told what
    /// they missed: they are ended, and their clients come again.</summary>
    private void CatchUp(V2State state, ulong told)
    {
        var missed = state.EventsAfter(told);
        if ((ulong)missed.Length != state.Index - told)
        {
            EndAll();
            return;
        }

        foreach (var change in missed)
        {
            Tell(change, removed: null);
        }
    }

    private void EndAll()
    {
        foreach (var watcher in _watchers.Values.SelectMany(list => list))
        {
            watcher.End();
        }

        _watchers.Clear();
        _count = 0;
    }

    private void Tell(V2Event change, V2Node? removed)
    {
        if (change.IsRefresh || _watchers.Count == 0)
        {
            return;
        }

        var path = change.Node.Path.Span;
        var key = Encoding.Latin1.GetString(path);
        var above = _watchers.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var end = 0; end >= 0; end = NextSlash(key, end))
        {
            if (above.TryGetValue(key.AsSpan(0, end), out var list))
            {
                var isHidden = V2Path.IsHidden(path[..end], path);
                TellAll(list, change, watcher => end == key.Length || (watcher.IsRecursive && !isHidden));
            }
        }

        if (removed is not null && removed.ChildCount > 0)
        {
            TellBelow(change, key, removed);
        }
    }

    /// <summary>Where the path of the next name ends; -1 after the last.</summary>
    private static int NextSlash(string key, int from)
    {
        if (from == key.Length)
        {
            return -1;
        }

        var next = key.IndexOf('/', from + 1);
        return next < 0 ? key.Length : next;
    }

    /// <summary>Whoever watched a node that went with its directory is told of the directory's end.</summary>
    private void TellBelow(V2Event change, string key, V2Node removed)
    {
        foreach (var (watched, list) in _watchers.ToArray())
        {
            if (watched.Length > key.Length
                && watched[key.Length] == '/'
                && watched.StartsWith(key, StringComparison.Ordinal)
                && removed.Descendant(Encoding.Latin1.GetBytes(watched[key.Length..])) is not null)
            {
                TellAll(list, change, _ => true);
            }
        }
    }

    private void TellAll(List<V2Watcher> list, V2Event change, Predicate<V2Watcher> isConcerned)
    {
        for (var i = list.Count - 1; i >= 0; i--)
        {
            var watcher = list[i];
            if (!isConcerned(watcher) || change.Index < watcher.Since)
            {
                continue;
            }

            var isKept = watcher.TryAdd(change) && watcher.IsStream;
            if (!isKept)
            {
                watcher.End();
                list.RemoveAt(i);
                Removed(watcher.Key, list);
            }
        }
    }
}
