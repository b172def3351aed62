// Saying how far a stream has got: a revision r in a progress response promises that everything up
// to r has been sent before it (W13).
namespace Kv.Node.Watch;

internal sealed partial class WatchStream
{
    private ITimer? _progressTimer;
    private bool _isProgressDue;

    /// <summary>Answers a request for progress, if every watcher is up to date; else silence (W12).</summary>
    private async ValueTask ReportProgressAsync(CancellationToken token)
    {
        _hub.Advance();
        if (_watchers.Count == 0 || AdoptDemoted())
        {
            return;
        }

        var (revision, waiting) = TakeAll();
        foreach (var (watcher, rows) in waiting)
        {
            await _writer.WriteEventsAsync(_hub.Newest, watcher, rows, token);
        }

        if (revision > 0)
        {
            await _writer.WriteProgressAsync(revision, NoWatcher, token);
        }
    }

    /// <summary>Everything routed up to a revision that is still to be sent; the revision is 0 if a
    /// watcher fell behind meanwhile, or starts later: clients go on after the revision they were told,
    /// which must not be before their start.</summary>
    private (long Revision, List<(Watcher Watcher, RowBuffer Rows)> Waiting) TakeAll()
    {
        var revision = 0L;
        var waiting = new List<(Watcher, RowBuffer)>();
        _hub.WhileStill(routed =>
        {
            lock (_gate)
            {
                if (_demoted.Count > 0 || _watchers.Values.Any(watcher => watcher.StartsAfter(routed)))
                {
                    return;
                }
            }

            revision = routed;
            while (TryTake(out var watcher, out var rows))
            {
                waiting.Add((watcher, rows));
            }
        });
        return (revision, waiting);
    }

    private void StartProgressTimer()
    {
        if (_progressTimer is not null)
        {
            return;
        }

        // Up to a tenth more, so that streams opened together do not tick together (W11).
        var interval = _settings.ProgressInterval * (1 + (_hub.Host.Random.NextDouble() / 10));
        _progressTimer = _hub.Host.Clock.CreateTimer(
            static stream => ((WatchStream)stream!).ProgressTick(), this, interval, interval);
    }

    /// <summary>A progress interval is over.</summary>
    internal void ProgressTick()
    {
        Volatile.Write(ref _isProgressDue, true);
        Wake();
    }

    /// <summary>Tells the watchers that asked for it, are up to date and heard nothing since last time.</summary>
    private async ValueTask NotifyProgressAsync(CancellationToken token)
    {
        List<long>? quiet = null;
        var revision = 0L;
        _hub.WhileStill(routed =>
        {
            lock (_gate)
            {
                revision = routed;
#if SIMULATION
                revision = Core.Mutants.Has(Core.Mutant.ProgressTooNew) ? _hub.Newest.Revision + 1 : revision;
#endif
                quiet = CollectQuietLocked(routed);
            }
        });
        foreach (var id in quiet!)
        {
            await _writer.WriteProgressAsync(revision, id, token);
        }
    }

    private List<long> CollectQuietLocked(long routed)
    {
        var quiet = new List<long>();
        foreach (var watcher in _watchers.Values)
        {
            if (!watcher.Has(WatcherFlags.ProgressNotify))
            {
                continue;
            }

            if (watcher.IsQuiet
                && watcher.Phase == WatcherPhase.Synced
                && watcher.Pending.Count == 0
                && !watcher.StartsAfter(routed))
            {
                quiet.Add(watcher.Id);
            }

            watcher.IsQuiet = true;
        }

        return quiet;
    }
}
