// Reading history for watchers that are behind, all of a stream's together and a slice at a time,
// until the hub can take them over.
using Kv.Core.Apply;
using Kv.Core.Mvcc;

namespace Kv.Node.Watch;

internal sealed partial class WatchStream
{
    private readonly List<Watcher> _lagging = [];
    private readonly List<Row> _slice = [];
    private readonly List<Watcher> _matches = [];
    private WatcherIndex? _laggingIndex;

    private WatcherIndex LaggingIndex => _laggingIndex ??= new WatcherIndex();

    private void AddLagging(Watcher watcher)
    {
        _lagging.Add(watcher);
        LaggingIndex.Add(watcher);
    }

    private void RemoveLagging(Watcher watcher)
    {
        if (_lagging.Remove(watcher))
        {
            LaggingIndex.Remove(watcher);
            WatchMetrics.SlowWatchers.Dec();
        }
    }

    /// <summary>So many rows that what a stuck client holds of them stays bounded, by number and, as far as
    /// the average tells, by bytes.</summary>
    private int SliceRowsOf(StoreState state)
    {
        var rowBytes = Math.Max(1, state.SizeBytes / Math.Max(1, state.RowCount));
        var rows = Math.Min(_settings.LaggingRowsMax / _lagging.Count, _settings.PendingBytesMax / rowBytes);
        return (int)Math.Clamp(rows, 1, _settings.SliceRows);
    }

    /// <summary>Takes charge of watchers the hub has let go of.</summary>
    /// <returns>There are watchers that lag.</returns>
    private bool AdoptDemoted()
    {
        lock (_gate)
        {
            foreach (var watcher in _demoted)
            {
                if (watcher.Phase == WatcherPhase.Demoted)
                {
                    watcher.Phase = WatcherPhase.Lagging;
                    AddLagging(watcher);
                }
            }

            _demoted.Clear();
        }

        return _lagging.Count > 0;
    }

    /// <summary>Reads one slice; what it finds is pending afterwards.</summary>
    private async ValueTask CatchUpAsync(CancellationToken token)
    {
        var state = _hub.Newest;
        await CancelCompactedAsync(state, token);
        if (_lagging.Count == 0)
        {
            return;
        }

        var next = _lagging[0].Next;
        foreach (var watcher in _lagging)
        {
            next = Math.Min(next, watcher.Next);
        }

        if (next <= state.Revision)
        {
            next = ReadSlice(state, next);
        }

        if (next > state.Revision)
        {
            Join(next);
        }
    }

    /// <summary>Finds the watchers of a slice of history.</summary>
    /// <returns>The revision to go on from.</returns>
    private long ReadSlice(StoreState state, long from)
    {
        _slice.Clear();
        var next = state.ReadHistory(from, SliceRowsOf(state), _slice);
        foreach (var row in _slice)
        {
            _matches.Clear();
            LaggingIndex.Find(row.Key, _matches);
            foreach (var watcher in _matches)
            {
                if (watcher.Wants(row))
                {
                    lock (_gate)
                    {
                        AddPendingLocked(watcher, row);
                    }
                }
            }
        }

        _slice.Clear();
        _matches.Clear();
        foreach (var watcher in _lagging)
        {
            watcher.Next = Math.Max(watcher.Next, next);
#if SIMULATION
            watcher.Next -= Core.Mutants.Has(Core.Mutant.WatchRepeatsStart) ? 1 : 0;
#endif
        }

        return next;
    }

    /// <summary>Hands all lagging watchers, who have everything before a revision, to the hub. If it is
    /// past that already, the next turn reads on.</summary>
    private void Join(long next)
    {
        // An index knows its watchers by their place in it, so they leave one before entering the other.
        _laggingIndex = null;
        if (_hub.TryJoin(this, _lagging, next))
        {
            WatchMetrics.SlowWatchers.Dec(_lagging.Count);
            _lagging.Clear();
            return;
        }

        foreach (var watcher in _lagging)
        {
            LaggingIndex.Add(watcher);
        }
    }

    /// <summary>Ends watchers whose next change is no longer known (W7).</summary>
    private async ValueTask CancelCompactedAsync(StoreState state, CancellationToken token)
    {
        for (var i = _lagging.Count - 1; i >= 0; i--)
        {
            var watcher = _lagging[i];
#if SIMULATION
            if (Core.Mutants.Has(Core.Mutant.WatchPastCompaction) && watcher.Next < state.CompactRevision)
            {
                watcher.Next = state.CompactRevision;
            }
#endif
            if (watcher.Next < state.CompactRevision)
            {
                Remove(watcher);
                await _writer.WriteCompactedAsync(watcher.Id, state.CompactRevision, token);
            }
        }
    }
}
