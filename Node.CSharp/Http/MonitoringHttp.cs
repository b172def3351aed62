// What --listen-metrics-urls serves: metrics and health, and nothing else, so that the port can be open
// to those who only look. The client port serves the same among other things.
namespace Kv.Node.Http;

/// <summary>Dispatch of what monitoring asks for.</summary>
internal sealed class MonitoringHttp(HealthEndpoint health, CheckEndpoints checks)
{
    /// <summary>Serves a request; what is none of its own is not found.</summary>
    public Task HandleAsync(HttpContext context) =>
        TryServe(context, context.Request.Path.Value ?? "/") ?? ShortText.NotFoundAsync(context.Response);

    /// <summary>Serves a request for metrics or health.</summary>
    /// <returns>Null if the path means something else.</returns>
    public Task? TryServe(HttpContext context, string path)
    {
        var parts = path.Split('/', 3);
        var name = parts.Length > 2 ? parts[2] : null;
        return (parts.Length > 1 ? parts[1] : "") switch
        {
            "health" when name is null => health.ServeAsync(context),
            "metrics" when name is null => MetricsEndpoint.ServeAsync(context),
            "livez" => checks.LiveAsync(context, name),
            "readyz" => checks.ReadyAsync(context, name),
            _ => null,
        };
    }
}
