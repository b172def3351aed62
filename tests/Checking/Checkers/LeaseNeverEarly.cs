// A lease lives at least its time to live after the last renewal that succeeded was asked for: the renewal took
// effect at that moment or later. That it lives longer is allowed (a new leader begins anew, a member was paused).
// When it ended nobody says; that it ended by some moment is known when anybody first sees the revision.
using Checking.Search;

namespace Checking.Checkers;

/// <summary>Leases never end early.</summary>
public static class LeaseNeverEarly
{
    /// <summary>Leases that were seen gone while they should have lived.</summary>
    /// <param name="history">The recording.</param>
    /// <param name="skew">How much faster than the holder's the servers' clocks may have been over a time to live, nanoseconds.</param>
    public static IEnumerable<Violation> Check(History history, long skew) => history.Leases
        .Where(lease => lease.GoneSeen < Math.Min(lease.RevokeCall, lease.PromisedUntil - skew))
        .Select(lease => Violation(lease, lease.GoneSeen, lease.GoneHow));

    /// <summary>Leases whose keys went while they should have lived.</summary>
    /// <param name="history">The recording.</param>
    /// <param name="timeline">What happened. There is no other way without a promise broken.</param>
    /// <param name="sights">When which revision was seen.</param>
    /// <param name="skew">As above.</param>
    internal static IEnumerable<Violation> Check(History history, Timeline timeline, Sights sights, long skew)
    {
        var leases = history.Leases.ToDictionary(lease => lease.Id);
        foreach (var step in timeline.Steps.Where(step => step.By is null))
        {
            var seen = sights.First(step.Revision);
            if (leases.TryGetValue(step.Lease, out var lease) && seen < Math.Min(lease.RevokeCall, lease.PromisedUntil - skew))
            {
                yield return Violation(lease, seen, $"revision {step.Revision}, {string.Join("; ", step.Events)}");
            }
        }
    }

    private static Violation Violation(LeaseRecord lease, long seen, string how) => new(
        Rules.LeaseNeverEarly,
        $"lease {lease.Id:x} of {Operation.Milliseconds(lease.Ttl)} ms, renewed at {Operation.Milliseconds(lease.LastRenewal)} ms, was gone by {Operation.Milliseconds(seen)} ms: {how}");
}
