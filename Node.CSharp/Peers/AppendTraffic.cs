// The append messages of this member, for the statistics of the v2 API; kept only where that is on.
using System.Collections.Concurrent;

namespace Kv.Node.Peers;

/// <summary>Counts append messages in both directions.</summary>
internal sealed class AppendTraffic(TimeProvider clock)
{
    private readonly ConcurrentDictionary<ulong, FollowerTraffic> _followers = new();

    public RateWindow Sent { get; } = new(clock);

    public RateWindow Received { get; } = new(clock);

    /// <summary>What is sent to that member.</summary>
    public FollowerTraffic To(ulong member) => _followers.GetOrAdd(member, _ => new FollowerTraffic());
}
