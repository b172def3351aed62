// etcd's watch metrics.
using Prometheus;

namespace Kv.Node.Watch;

/// <summary>Watch counts.</summary>
internal static class WatchMetrics
{
    public static readonly Gauge Watchers = Metrics.CreateGauge(
        "etcd_debugging_mvcc_watcher_total",
        "Total number of watchers.");

    public static readonly Gauge Streams = Metrics.CreateGauge(
        "etcd_debugging_mvcc_watch_stream_total",
        "Total number of watch streams.");

    public static readonly Gauge SlowWatchers = Metrics.CreateGauge(
        "etcd_debugging_mvcc_slow_watcher_total",
        "Total number of unsynced slow watchers.");

    public static readonly Gauge PendingEvents = Metrics.CreateGauge(
        "etcd_debugging_mvcc_pending_events_total",
        "Total number of pending events to be sent.");

    public static readonly Counter Events = Metrics.CreateCounter(
        "etcd_debugging_mvcc_events_total",
        "Total number of events sent by this member.");
}
