// What was compacted is gone for good. A linearizable read that begins after a compaction was acknowledged must not
// answer from before it. A member that is behind may still answer a serializable read or a watch from there, unless
// the answer's own revision shows that it has gone past the compaction: what is later in the log comes later.
namespace Checking.Checkers;

/// <summary>Compaction never resurrects.</summary>
public static class CompactionFinal
{
    /// <summary>Answers from before a compaction.</summary>
    public static IEnumerable<Violation> Check(History history)
    {
        var compactions = history.Operations
            .Where(operation => operation is { Request: Compact, Outcome: Outcome.Ok }).ToArray();
        foreach (var operation in history.Operations)
        {
            if (operation is { Outcome: Outcome.Ok, Request: ReadRange { Revision: > 0 } read }
                && compactions.FirstOrDefault(compaction => read.Revision < ((Compact)compaction.Request).Revision
                    && (IsPast(operation.Reply!.Revision, compaction) || (!read.Serializable && operation.CallOrder > compaction.ReturnOrder)))
                is { } before)
            {
                yield return new Violation(Rules.CompactionFinal, $"{operation} was answered after {before}");
            }
        }

        foreach (var watch in history.Watches)
        {
            if (watch.FirstRevision > 0 && watch.Responses.SelectMany(response => response.Events).FirstOrDefault() is { } first
                && compactions.FirstOrDefault(compaction => watch.CallOrder > compaction.ReturnOrder
                    && IsPast(watch.CreatedRevision, compaction) && first.Row.ModRevision < ((Compact)compaction.Request).Revision)
                is { } before)
            {
                yield return new Violation(Rules.CompactionFinal, $"{watch} was sent {first} after {before}");
            }

            foreach (var violation in WrongEnds(watch))
            {
                yield return violation;
            }
        }
    }

    /// <summary>A watch that is ended by a compaction must have needed what was compacted.</summary>
    private static IEnumerable<Violation> WrongEnds(WatchRecord watch)
    {
        var next = watch.FirstRevision;
        foreach (var response in watch.Responses)
        {
            if (response.Canceled && response.CompactRevision > 0 && next >= response.CompactRevision)
            {
                yield return new Violation(
                    Rules.CompactionFinal, $"{watch} was ended by the compaction of {response.CompactRevision}, but needed only {next} and later");
            }

            next = Math.Max(next, (response.IsProgress ? response.Revision : response.Events.Select(change => change.Row.ModRevision).LastOrDefault()) + 1);
        }
    }

    private static bool IsPast(long revision, Operation compaction) => revision > compaction.Reply!.Revision;
}
