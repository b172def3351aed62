// The node's metrics under etcd's names (etcd-facts §6), so that existing dashboards and alerts work.
// State is read from the host at each scrape; events and durations are recorded as they happen. A
// process that is one node registers them where the client services have theirs; several nodes in one
// process (tests, simulator) take a registry each and do not mix.
using Prometheus;

namespace Kv.Node.Diagnostics;

/// <summary>All metrics of one node.</summary>
internal sealed partial class NodeMetrics
{
    // etcd's buckets: dashboards aggregate over members of both kinds, so the bounds must be equal.
    private static readonly double[] DiskBuckets = Histogram.ExponentialBuckets(0.001, 2, 14);

    private static readonly double[] NetworkBuckets = Histogram.ExponentialBuckets(0.0001, 2, 16);

    private readonly CollectorRegistry _registry;

    private readonly StateMetrics _state;

    private Func<MetricsReading>? _source;

    /// <summary>Metrics without a source: gauges of state stay at zero until it is attached.</summary>
    /// <param name="registry">Where they are registered; null: a registry of their own.</param>
    public NodeMetrics(CollectorRegistry? registry = null)
    {
        _registry = registry ?? Metrics.NewCustomRegistry();
        var factory = Metrics.WithCustomRegistry(_registry);
        _state = new StateMetrics(factory);
        CreateDisk(factory);
        CreatePeers(factory);
        CreateEngine(factory);
        CreateStore(factory);
        var process = new ProcessMetrics(factory);
        _registry.AddBeforeCollectCallback(() =>
        {
            process.Refresh();
            if (_source is { } source)
            {
                _state.Set(source());
            }
        });
    }

    /// <summary>The metrics of a process that is one node, and the only ones on its /metrics.</summary>
    public static NodeMetrics OfProcess()
    {
        Metrics.SuppressDefaultMetrics();
        return new NodeMetrics(Metrics.DefaultRegistry);
    }

    /// <summary>Says where the state comes from. It is called at each scrape, from any thread.</summary>
    public void AttachSource(Func<MetricsReading> source) => _source = source;

    /// <summary>Writes all metrics in the Prometheus text format.</summary>
    public Task ExportAsync(Stream output, CancellationToken token) =>
        _registry.CollectAndExportAsTextAsync(output, token);
}
