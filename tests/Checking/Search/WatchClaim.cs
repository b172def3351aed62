// What a watcher says about revisions: exactly these events, of those it wants, and no others, in every revision
// that it covers.
namespace Checking.Search;

/// <summary>A watcher as a witness.</summary>
internal sealed class WatchClaim
{
    private readonly Dictionary<long, List<(WatchEvent Event, long Order)>> _events = [];
    private readonly long _firstEvent;
    private readonly long _lastEvent;

    public WatchClaim(WatchRecord watch)
    {
        Watch = watch;
        var (last, unfinished) = (0L, 0L);
        foreach (var response in watch.Responses)
        {
            foreach (var change in response.Events)
            {
                _events.TryAdd(change.Row.ModRevision, []);
                _events[change.Row.ModRevision].Add((change, response.Order));
                last = Math.Max(last, change.Row.ModRevision);
            }

            // The rest of a revision that came in part may still have been on its way.
            if (response.Fragment)
            {
                unfinished = last;
            }
            else
            {
                unfinished = 0;
                Last = Math.Max(Last, response.IsProgress ? response.Revision : last);
            }
        }

        _firstEvent = _events.Count == 0 ? long.MaxValue : _events.Keys.Min();
        _lastEvent = last;
        Last = Math.Max(Last, unfinished - 1);
    }

    public WatchRecord Watch { get; }

    /// <summary>The first revision it covers.</summary>
    public long First => Watch.FirstRevision;

    /// <summary>The last revision it covers: of its last event, or of its last progress.</summary>
    public long Last { get; }

    /// <summary>Everything it was sent.</summary>
    public IEnumerable<WatchEvent> Events => _events.Values.SelectMany(events => events.Select(item => item.Event));

    /// <summary>Holds what was sent of a revision against what happened in it.</summary>
    /// <param name="revision">The revision.</param>
    /// <param name="truth">All its changes.</param>
    /// <param name="compactedFrom">The highest revision whose compaction was asked for before a place in the recording.</param>
    public Mismatch? Check(long revision, WatchEvent[] truth, Func<long, long> compactedFrom)
    {
        var sent = _events.GetValueOrDefault(revision);
        var wanted = 0;
        foreach (var change in truth)
        {
            if (!Watch.Request.Wants(change))
            {
                continue;
            }

            wanted++;
            var at = sent?.FindIndex(item => item.Event.Row.Key == change.Row.Key) ?? -1;
            if (at < 0)
            {
                return Wrong(revision, MissingRule(revision, sent is not null), $"was not sent {change}", change.Row.Key);
            }

            var (told, order) = sent![at];
            if (told.IsDelete != change.IsDelete || told.Row != change.Row)
            {
                return Wrong(revision, DifferenceRule(told, change), $"was sent {told}, but it was {change}", change.Row.Key);
            }

            var forgotten = told.Previous is null && (!Watch.Request.PrevKv || compactedFrom(order) >= revision);
            if (told.Previous != change.Previous && !forgotten)
            {
                return Wrong(
                    revision, Rules.WatchPrevKv,
                    $"was sent {told} with the row before {told.Previous?.ToString() ?? "none"}, but it was {change.Previous?.ToString() ?? "none"}",
                    change.Row.Key);
            }
        }

        if (sent is null || sent.Count == wanted)
        {
            return null;
        }

        var extra = sent.First(item => !truth.Any(change => Watch.Request.Wants(change) && change.Row.Key == item.Event.Row.Key)).Event;
        return Wrong(revision, Rules.WatchGenuine, $"was sent {extra}, which did not happen", extra.Row.Key);
    }

    private string MissingRule(long revision, bool others)
    {
        if (others)
        {
            return Rules.WatchAtomic;
        }

        if (revision > _lastEvent)
        {
            return Rules.WatchBookmarkable;
        }

        return revision < _firstEvent ? Rules.WatchResumable : Rules.WatchReliable;
    }

    private static string DifferenceRule(WatchEvent told, WatchEvent truth)
    {
        var (saysNew, isNew) = (told.Row.CreateRevision == told.Row.ModRevision, truth.Row.CreateRevision == truth.Row.ModRevision);
        return !told.IsDelete && !truth.IsDelete && (saysNew != isNew || (told.Row.Version == 1) != (truth.Row.Version == 1))
            ? Rules.WatchIsCreate
            : Rules.WatchGenuine;
    }

    private Mismatch Wrong(long revision, string rule, string what, string key) =>
        new(revision, rule, $"{Watch} {what}", Watch, new KeySet(new KeyRange(key)));
}
