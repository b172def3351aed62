// What a watcher was told, without how it was cut into responses: that is the server's choice, within
// bounds that are checked here (W16-W18).
using Differential.Model;
using Differential.Play;
using Etcdserverpb;
using Google.Protobuf;

namespace Differential.Equality;

/// <summary>Watch responses, taken apart by watcher.</summary>
internal static class WatchEvents
{
    /// <summary>The control responses and events of each watcher, in order.</summary>
    /// <exception cref="DifferenceException">The responses break a rule.</exception>
    public static SortedDictionary<long, List<IMessage>> ByWatcher(IEnumerable<WatchResponse> responses, Side side)
    {
        var found = new SortedDictionary<long, List<IMessage>>();
        var last = new Dictionary<long, WatchResponse>();
        foreach (var response in responses)
        {
            if (!found.TryGetValue(response.WatchId, out var told))
            {
                found.Add(response.WatchId, told = []);
            }

            Check(response, last.GetValueOrDefault(response.WatchId), side);
            last[response.WatchId] = response;
            Neutral.Apply(response, side);
            if (response.Events.Count == 0)
            {
                told.Add(response);
            }

            told.AddRange(response.Events);
        }

        if (last.Values.FirstOrDefault(response => response.Fragment) is { } unfinished)
        {
            throw new DifferenceException($"{side.Name}: the last part is missing after {Describe.Message(unfinished)}");
        }

        return found;
    }

    /// <summary>What differs in what the watchers were told; null if nothing does.</summary>
    public static string? Difference(
        SortedDictionary<long, List<IMessage>> ours, SortedDictionary<long, List<IMessage>> theirs)
    {
        foreach (var id in ours.Keys.Union(theirs.Keys).Order())
        {
            var (a, b) = (ours.GetValueOrDefault(id) ?? [], theirs.GetValueOrDefault(id) ?? []);
            var same = a.Zip(b).TakeWhile(pair => pair.First.Equals(pair.Second)).Count();
            if (same < a.Count || same < b.Count)
            {
                return $"watcher {id}, after {same} equal ones of {a.Count} and {b.Count}:\n"
                    + $"  kvnode: {Show(a, same)}\n  etcd:   {Show(b, same)}";
            }
        }

        return null;
    }

    private static string Show(List<IMessage> told, int from) =>
        from >= told.Count ? "nothing" : string.Join(' ', told.Skip(from).Take(3).Select(Describe.Message));

    private static void Check(WatchResponse response, WatchResponse? before, Side side)
    {
        if (response.Events.Count == 0)
        {
            return;
        }

        if (response.Header.Revision < response.Events[^1].Kv.ModRevision)
        {
            throw new DifferenceException($"{side.Name}: an event is newer than its header: {Describe.Message(response)}");
        }

        if (before is { Fragment: false, Events: [.., { } last] } && last.Kv.ModRevision >= response.Events[0].Kv.ModRevision)
        {
            throw new DifferenceException($"{side.Name}: a revision is torn apart: {Describe.Message(response)}");
        }
    }
}
