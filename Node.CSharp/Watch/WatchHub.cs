// Brings new changes to the watchers that are up to date. Each published state is read once, from
// where the last reading ended, and every change goes to the watchers the index finds. A watcher
// whose stream is full is let go: its stream reads history for it and brings it back later, so the
// hub never waits for anybody.
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Node.Ports;

namespace Kv.Node.Watch;

/// <summary>Routes changes to synced watchers. Safe for all threads; its gate is taken before that of
/// a stream, never after.</summary>
internal sealed class WatchHub : IAsyncDisposable
{
    private readonly Func<StoreState> _newest;
    private readonly Action<Exception> _onFault;
    private readonly HostPorts _host;
    private readonly int _sliceRows;
    private readonly AsyncSignal _work = new();
    private readonly Lock _inbox = new();
    private readonly Lock _gate = new();
    private readonly WatcherIndex _synced = new();
    private readonly List<Row> _rows = [];
    private readonly List<Watcher> _matches = [];
    private readonly HashSet<WatchStream> _touched = [];
    private List<StoreState> _published = [];
    private List<StoreState> _taken = [];
    private Task _running = Task.CompletedTask;
    private long _routed;
    private volatile bool _isStopping;

    /// <param name="newest">The newest applied state.</param>
    /// <param name="settings">Bounds.</param>
    /// <param name="host">Where the routing runs, and what times the streams.</param>
    /// <param name="onFault">Told if routing cannot go on; the node must not, either.</param>
    public WatchHub(Func<StoreState> newest, WatchSettings settings, HostPorts host, Action<Exception> onFault)
    {
        (_host, _onFault) = (host, onFault);
        _newest = newest;
        _sliceRows = settings.SliceRows;
        _routed = newest().Revision;
    }

    /// <summary>The newest applied state.</summary>
    public StoreState Newest => _newest();

    /// <summary>What times the streams.</summary>
    public HostPorts Host => _host;

    /// <summary>All changes up to this revision, inclusive, are with the streams of synced watchers.</summary>
    public long Routed => Volatile.Read(ref _routed);

    /// <summary>Watchers the hub feeds.</summary>
    public int SyncedCount
    {
        get
        {
            lock (_gate)
            {
                return _synced.Count;
            }
        }
    }

    /// <summary>Starts the loop behind <see cref="Publish"/>; disposal ends it.</summary>
    public void Start() => _running = _host.Threads.Run(RunAsync);

    /// <summary>Tells of a new state, in order of application; returns at once.</summary>
    public void Publish(StoreState state)
    {
        if (_isStopping)
        {
            return;
        }

        lock (_inbox)
        {
            // A newer state has all an older one has, unless it was compacted in between: what is not
            // routed yet may be hidden by that, so the last state before is kept, too.
            if (_published.Count > 0 && _published[^1].CompactRevision == state.CompactRevision)
            {
                _published[^1] = state;
            }
            else
            {
                _published.Add(state);
            }
        }

        _work.Set();
    }

    /// <summary>Routes everything published so far, on the caller's thread.</summary>
    /// <returns>All changes up to this revision are with the streams.</returns>
    public long Advance()
    {
        lock (_gate)
        {
            lock (_inbox)
            {
                (_published, _taken) = (_taken, _published);
            }

            foreach (var state in _taken)
            {
                RouteUpTo(state);
            }

            _taken.Clear();
            return _routed;
        }
    }

    /// <summary>Takes over watchers that have everything before <paramref name="next"/> sent or pending.</summary>
    /// <returns>False if the hub is past that already; nothing is changed then.</returns>
    public bool TryJoin(WatchStream stream, IReadOnlyList<Watcher> watchers, long next)
    {
        lock (_gate)
        {
            if (_routed >= next)
            {
                return false;
            }

            foreach (var watcher in watchers)
            {
                _synced.Add(watcher);
            }

            stream.EnterSynced(watchers);
            return true;
        }
    }

    /// <summary>Lets go of watchers for good; those it does not feed are only marked closed.</summary>
    public void Leave(WatchStream stream, IReadOnlyCollection<Watcher> watchers)
    {
        lock (_gate)
        {
            foreach (var watcher in watchers)
            {
                if (stream.Close(watcher) == WatcherPhase.Synced)
                {
                    _synced.Remove(watcher);
                }
            }
        }
    }

    /// <summary>Runs an action while nothing is being routed.</summary>
    /// <param name="action">Gets the revision routed up to.</param>
    public void WhileStill(Action<long> action)
    {
        lock (_gate)
        {
            action(_routed);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        _work.Set();
        await _running;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await _work.WaitAsync();
                if (_isStopping)
                {
                    return;
                }

                Advance();
            }
        }
#pragma warning disable CA1031 // Whatever it is, watchers would miss changes from here on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _onFault(e);
        }
    }

    private void RouteUpTo(StoreState state)
    {
        while (_routed < state.Revision)
        {
            if (_synced.Count == 0)
            {
                Volatile.Write(ref _routed, state.Revision);
            }
            else if (_routed + 1 < state.CompactRevision)
            {
                // History between is gone: a snapshot of the leader replaced the state (or it was
                // compacted as it came). Each watcher's stream finds out what that means for it.
                LetAllGo();
                Volatile.Write(ref _routed, state.Revision);
            }
            else
            {
                RouteSlice(state);
            }

            foreach (var stream in _touched)
            {
                stream.Wake();
            }

            _touched.Clear();
        }
    }

    private void RouteSlice(StoreState state)
    {
        _rows.Clear();
        var next = state.ReadHistory(_routed + 1, _sliceRows, _rows);
        foreach (var row in _rows)
        {
            _matches.Clear();
            _synced.Find(row.Key, _matches);
            foreach (var watcher in _matches)
            {
                if (!watcher.Wants(row))
                {
                    continue;
                }

                _touched.Add(watcher.Stream);
                if (!watcher.Stream.TryOffer(watcher, row))
                {
                    _synced.Remove(watcher);
                }
            }
        }

        _rows.Clear();
        _matches.Clear();
        // Streams take only what is routed, so that a revision is never sent in part (W17).
        Volatile.Write(ref _routed, next - 1);
    }

    private void LetAllGo()
    {
        _matches.Clear();
        _synced.AddAllTo(_matches);
        foreach (var watcher in _matches)
        {
            _synced.Remove(watcher);
            watcher.Stream.Demote(watcher, Math.Max(watcher.Next, _routed + 1));
            _touched.Add(watcher.Stream);
        }

        _matches.Clear();
    }
}
