namespace Kv.Node.Engine;

/// <summary>Lease time: kept by the leader, asked for by everyone.</summary>
internal sealed class LeaseKeeper
{
    /// <summary>Shortest time to live a grant is raised to, seconds (L3).</summary>
    public long MinimumTtl => throw new NotImplementedException();

    /// <summary>Renews a lease at the leader.</summary>
    /// <returns>The granted time to live in seconds, or 0 if there is no such lease (L4).</returns>
    public ValueTask<long> RenewAsync(long id, CancellationToken token) => throw new NotImplementedException();

    /// <summary>Seconds left and granted; remaining is -1 if there is no such lease (L5).</summary>
    public ValueTask<(long Remaining, long Granted)> TimeToLiveAsync(long id, CancellationToken token) =>
        throw new NotImplementedException();
}
