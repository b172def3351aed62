// What was acknowledged is there at the end: a rule that needs no search, so that it also holds where one is not
// decided. An acknowledged put is the row of its key, or a later revision wrote or deleted the key.
using Checking.Model;

namespace Checking.Checkers;

/// <summary>Durability of acknowledged writes.</summary>
public static class Durability
{
    /// <summary>The acknowledged writes that the states at the end do not have.</summary>
    public static IEnumerable<Violation> Check(History history)
    {
        var writes = history.Operations
            .Where(operation => operation.Outcome == Outcome.Ok && Footprint.Changed(operation.Reply!)).ToArray();
        var open = history.Carried.Concat(history.Operations.Where(operation => operation.IsOpen)).ToArray();
        var removals = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var final in history.Finals)
        {
            var rows = final.Rows.ToDictionary(row => row.Key, StringComparer.Ordinal);
            foreach (var operation in writes)
            {
                var revision = operation.Reply!.Revision;
                if (revision > final.Revision)
                {
                    yield return new Violation(Rules.Durable, $"{final.Member} ends at revision {final.Revision}, without {operation}");
                    continue;
                }

                foreach (var put in Footprint.PutsDone(operation))
                {
                    var row = rows.GetValueOrDefault(put.Key);
                    var lost = row is null
                        ? put.Lease == 0 && LastRemoval(put.Key) <= revision
                        : row.ModRevision < revision || (row.ModRevision == revision && row.Value != put.Value);
                    if (lost)
                    {
                        yield return new Violation(
                            Rules.Durable, $"{final.Member} has {row?.ToString() ?? $"no {put.Key}"} at revision {final.Revision}, in spite of {operation}");
                    }
                }
            }
        }

        // The last revision at which a key may have gone.
        long LastRemoval(string key)
        {
            if (!removals.TryGetValue(key, out var last))
            {
                last = open.Any(operation => MayRemove(operation, key))
                    ? long.MaxValue
                    : writes.Where(operation => MayRemove(operation, key)).Select(operation => operation.Reply!.Revision).DefaultIfEmpty().Max();
                removals[key] = last;
            }

            return last;
        }
    }

    /// <summary>True if it may delete the key, or attach it to a lease that may end.</summary>
    private static bool MayRemove(Operation operation, string key) => Footprint.MayDelete(operation.Request, key)
        || Footprint.Puts(operation.Request).Any(put => put.Key == key && put.Lease != 0);
}
