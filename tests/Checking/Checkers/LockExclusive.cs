// A lock has one holder, as long as the holder's lease certainly lives. That is all a lock over leases can promise
// (Jepsen's analysis of etcd 3.4.3: a holder whose lease is over may still believe that it holds the lock).
namespace Checking.Checkers;

/// <summary>Locks are exclusive while the lease lives.</summary>
public static class LockExclusive
{
    /// <summary>Holders of one lock at one time.</summary>
    /// <param name="history">The recording.</param>
    /// <param name="skew">How much faster than the holder's the servers' clocks may have been over a time to live, nanoseconds.</param>
    public static IEnumerable<Violation> Check(History history, long skew)
    {
        var leases = history.Leases.ToDictionary(lease => lease.Id);
        foreach (var group in history.Locks.GroupBy(held => held.Name))
        {
            LockRecord? holder = null;
            foreach (var held in group.OrderBy(held => held.Acquired))
            {
                if (holder is not null && held.Acquired < Until(holder, leases, skew) && held.Acquired < Until(held, leases, skew))
                {
                    yield return new Violation(
                        Rules.LockExclusive, $"{holder}, by its lease until {Operation.Milliseconds(Until(holder, leases, skew))} ms; {held}");
                }

                if (holder is null || Until(held, leases, skew) > Until(holder, leases, skew))
                {
                    holder = held;
                }
            }
        }
    }

    private static long Until(LockRecord held, Dictionary<long, LeaseRecord> leases, long skew)
    {
        var lease = leases[held.Lease];
        return Math.Min(held.Released, Math.Min(lease.RevokeCall, lease.PromisedUntil - skew));
    }
}
