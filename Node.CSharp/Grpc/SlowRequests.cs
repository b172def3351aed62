// Tells of unary calls that took long. When the node is slow all of them are: the first of each second is told, the
// others are counted with it.
using Kv.Node.Diagnostics;
using Kv.Node.Options;

namespace Kv.Node.Grpc;

/// <summary>The log of slow calls.</summary>
internal sealed class SlowRequests(NodeOptions options, ILogger<SlowRequests> logger, TimeProvider clock)
{
    private readonly LineBudget _lines = new(1, clock);

    /// <summary>Calls that take longer are slow; 0: none is.</summary>
    public TimeSpan Limit => options.WarningRequestDuration;

    /// <summary>Whether a service's calls are timed: those that wait for others by their nature are not.</summary>
    public static bool Concerns(string service) => service is not ("v3lockpb.Lock" or "v3electionpb.Election");

    /// <summary>A call ended.</summary>
    public void Look(string rpc, TimeSpan took, int requestBytes)
    {
        if (Limit > TimeSpan.Zero && took > Limit && _lines.TryTake(out var untold))
        {
            logger.SlowRequest(rpc, took.TotalMilliseconds, Limit.TotalMilliseconds, requestBytes, untold);
        }
    }
}
