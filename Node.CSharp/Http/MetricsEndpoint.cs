// /metrics: all counters of the process in Prometheus' text form.
using Prometheus;

namespace Kv.Node.Http;

/// <summary>Serves <c>/metrics</c>.</summary>
internal static class MetricsEndpoint
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Answers whatever the method, as etcd does.</summary>
    public static async Task ServeAsync(HttpContext context)
    {
        context.Response.ContentType = ContentType;
        await Metrics.DefaultRegistry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }
}
