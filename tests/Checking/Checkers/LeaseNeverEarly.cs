// A lease lives at least its time to live after the last renewal that succeeded was asked for: the renewal took
// effect at that moment or later. That it lives longer is allowed (a new leader begins anew, a member was paused).
// When it ended nobody says; that it ended by some moment is known when anybody first sees the revision.
namespace Checking.Checkers;

/// <summary>Leases never end early.</summary>
public static class LeaseNeverEarly
{
    /// <summary>Leases that were gone while they should have lived.</summary>
    /// <param name="history">The recording.</param>
    /// <param name="timeline">What happened; null if nobody knows, so that only what was seen directly is judged.</param>
    /// <param name="skew">How much faster than the holder's the servers' clocks may have been over a time to live, nanoseconds.</param>
    public static IEnumerable<Violation> Check(History history, Timeline? timeline, long skew)
    {
        foreach (var lease in history.Leases)
        {
            if (Early(lease, lease.GoneSeen, skew))
            {
                yield return Violation(lease, lease.GoneSeen, lease.GoneHow);
            }
        }

        var leases = history.Leases.ToDictionary(lease => lease.Id);
        var sights = Sights(history);
        foreach (var step in timeline?.Steps.Where(step => step.By is null) ?? [])
        {
            if (leases.GetValueOrDefault(step.Lease) is { } lease
                && FirstSeen(sights, step.Revision) is var seen && Early(lease, seen, skew)
                && !OthersMayHave(history, step))
            {
                yield return Violation(lease, seen, $"its keys went at revision {step.Revision}: {string.Join("; ", step.Events)}");
            }
        }
    }

    private static bool Early(LeaseRecord lease, long seen, long skew) =>
        seen != long.MaxValue && seen < lease.RevokeCall && seen < lease.PromisedUntil - skew;

    private static Violation Violation(LeaseRecord lease, long seen, string how) =>
        new(Rules.LeaseNeverEarly, $"lease {lease.Id:x} of {Operation.Milliseconds(lease.Ttl)} ms, renewed at {Operation.Milliseconds(lease.LastRenewal)} ms, was gone by {Operation.Milliseconds(seen)} ms: {how}");

    /// <summary>True if an operation of unknown outcome may have deleted the keys, so that the lease need not have ended.</summary>
    private static bool OthersMayHave(History history, Step step) => history.Carried
        .Concat(history.Operations.Where(operation => operation.IsOpen))
        .Any(operation => step.Events.All(change => Model.Footprint.MayDelete(operation.Request, change.Row.Key)));

    /// <summary>When which revision was newer than all seen before.</summary>
    private static List<(long Revision, long Time)> Sights(History history)
    {
        var answers = history.Operations.Where(operation => operation.Outcome == Outcome.Ok)
            .Select(operation => (operation.Reply!.Revision, Time: operation.ReturnTime));
        var responses = history.Watches.SelectMany(watch => watch.Responses).Select(response => (response.Revision, response.Time));
        var sights = new List<(long Revision, long Time)>();
        foreach (var sight in answers.Concat(responses).OrderBy(sight => sight.Time))
        {
            if (sights.Count == 0 || sight.Revision > sights[^1].Revision)
            {
                sights.Add(sight);
            }
        }

        return sights;
    }

    private static long FirstSeen(List<(long Revision, long Time)> sights, long revision)
    {
        var index = sights.FindIndex(sight => sight.Revision >= revision);
        return index < 0 ? long.MaxValue : sights[index].Time;
    }
}
