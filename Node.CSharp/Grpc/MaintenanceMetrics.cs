// How long it takes to hash everything, and to send it.
using System.Diagnostics;
using Prometheus;

namespace Kv.Node.Grpc;

/// <summary>Durations of the calls that read the whole store.</summary>
internal static class MaintenanceMetrics
{
    private static readonly Histogram HashSeconds = Seconds(
        "etcd_mvcc_hash_duration_seconds", "Latency of hashing all that is stored.", 15);

    private static readonly Histogram HashRevisionSeconds = Seconds(
        "etcd_mvcc_hash_rev_duration_seconds", "Latency of hashing the rows at a revision.", 15);

    private static readonly Histogram SnapshotSeconds = Seconds(
        "etcd_disk_backend_snapshot_duration_seconds", "Time to send a snapshot to a client.", 17);

    /// <summary>All that is stored was hashed.</summary>
    public static void CountHash(long started) => Observe(HashSeconds, started);

    /// <summary>The rows at a revision were hashed.</summary>
    public static void CountHashRevision(long started) => Observe(HashRevisionSeconds, started);

    /// <summary>A snapshot was sent.</summary>
    public static void CountSnapshot(long started) => Observe(SnapshotSeconds, started);

    private static void Observe(Histogram histogram, long started) =>
        histogram.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);

    private static Histogram Seconds(string name, string help, int count) => Metrics.CreateHistogram(
        name, help, new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.01, 2, count) });
}
