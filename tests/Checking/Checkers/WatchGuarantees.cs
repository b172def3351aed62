// What a watcher's responses must be whatever happened: etcd's guarantees of its watch API, as far as one stream
// shows them (etcd's documentation "Watch API guarantees", and validate/watch.go of its robustness tests). Whether
// the events are the changes that were made (resumable, reliable, is-create, prev-kv, genuine) is judged where what
// happened is known: Search/WatchClaim.
namespace Checking.Checkers;

/// <summary>Filter, ordered, unique, atomic, bookmarkable, and where a watch begins and ends.</summary>
public static class WatchGuarantees
{
    /// <summary>What a watcher's responses break.</summary>
    public static IEnumerable<Violation> Check(WatchRecord watch)
    {
        var seen = new HashSet<(long, string)>();
        var (last, lastComplete, progress) = (0L, true, 0L);
        foreach (var response in watch.Responses)
        {
            if (response.IsProgress)
            {
                if (response.Revision < last || response.Revision < progress)
                {
                    yield return Broken(Rules.WatchBookmarkable, watch, $"was told of progress at {response.Revision} behind {Math.Max(last, progress)}");
                }

                progress = Math.Max(progress, response.Revision);
                continue;
            }

            var firstOfResponse = true;
            foreach (var change in response.Events)
            {
                var revision = change.Row.ModRevision;
                if (!watch.Request.Wants(change))
                {
                    yield return Broken(Rules.WatchFilter, watch, $"was sent {change}, which it did not ask for");
                }

                if (!seen.Add((revision, change.Row.Key)))
                {
                    yield return Broken(Rules.WatchUnique, watch, $"was sent {change} twice");
                }

                if (revision < last)
                {
                    yield return Broken(Rules.WatchOrdered, watch, $"was sent {change} after revision {last}");
                }
                else if (revision == last && firstOfResponse && lastComplete)
                {
                    yield return Broken(Rules.WatchAtomic, watch, $"was sent {change} apart from the rest of its revision");
                }

                if (revision <= progress)
                {
                    yield return Broken(Rules.WatchBookmarkable, watch, $"was sent {change} after progress at {progress}");
                }

                if (revision < watch.FirstRevision)
                {
                    yield return Broken(Rules.WatchResumable, watch, $"was sent {change}, of before its start");
                }

                if (!change.IsDelete && (change.Row.CreateRevision == revision) != (change.Row.Version == 1))
                {
                    yield return Broken(Rules.WatchIsCreate, watch, $"was sent {change}: new by one number, old by the other");
                }

                last = Math.Max(last, revision);
                firstOfResponse = false;
            }

            lastComplete = !response.Fragment;
            if (response.Events.Count > 0 && response.Revision < last)
            {
                yield return Broken(Rules.WatchGenuine, watch, $"was sent revision {last} under a header of revision {response.Revision}");
            }
        }
    }

    private static Violation Broken(string rule, WatchRecord watch, string what) => new(rule, $"{watch} {what}");
}
