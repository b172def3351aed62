// How long calls take, for --metrics extensive: a histogram for each method is many series, so nobody
// pays for it unasked.
using Prometheus;

namespace Kv.Node.Grpc;

/// <summary>Latencies of RPCs.</summary>
internal static class RpcTimings
{
    /// <summary>The bounds of Go's Prometheus client, seconds.</summary>
    private static readonly double[] Buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static Histogram? _seconds;

    /// <summary>Times the RPCs that are put together from now on.</summary>
    public static void Enable() => _seconds = Metrics.CreateHistogram(
        "grpc_server_handling_seconds",
        "Histogram of response latency (seconds) of gRPC that had been application-level handled by the server.",
        new HistogramConfiguration { Buckets = Buckets, LabelNames = RpcMetrics.MethodLabels });

    /// <summary>The histogram of a method; null if calls are not timed.</summary>
    public static IObserver? Of(string[] labels) => _seconds?.WithLabels(labels);
}
