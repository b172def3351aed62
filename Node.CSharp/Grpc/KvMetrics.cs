// etcd's metrics of reads requested here. What is written is counted where it is applied
// (NodeMetrics.Store), by every member.
using System.Diagnostics;
using Kv.Core.Mvcc;
using Kv.Node.Diagnostics;
using Prometheus;

namespace Kv.Node.Grpc;

/// <summary>Reads.</summary>
internal static class KvMetrics
{
    public static readonly Counter Ranges = Metrics.CreateCounter(
        "etcd_mvcc_range_total",
        "Total number of ranges seen by this member.");

    private static readonly Counter Txns = Metrics.CreateCounter(
        "etcd_mvcc_txn_total",
        "Total number of txns seen by this member.");

    private static readonly Histogram RangeSeconds = Metrics.CreateHistogram(
        "etcd_server_range_duration_seconds",
        "Latency of ranges, with what a linearizable one waits for.",
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.0001, 2, 20), LabelNames = ["success"] });

    private static readonly Histogram.Child RangeSuccess = RangeSeconds.WithLabels("true");

    private static readonly Histogram.Child RangeFailure = RangeSeconds.WithLabels("false");

    /// <summary>A range was served, or not.</summary>
    public static void CountRange(long started, bool isSuccess) =>
        (isSuccess ? RangeSuccess : RangeFailure).Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);

    /// <summary>A transaction of reads was served.</summary>
    public static void CountReadTxn(TxnReply reply)
    {
        var done = AppliedOperations.Of(reply);
        Ranges.Inc(done.Ranges);
        Txns.Inc(done.Txns);
    }
}
