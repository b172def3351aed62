// Everything on the client port that is not gRPC: finds out what a path means.
using Kv.Node.Json;

namespace Kv.Node.Http;

/// <summary>Dispatch of plain HTTP requests.</summary>
internal sealed class ClientHttp(
    JsonGateway gateway,
    HealthEndpoint health,
    CheckEndpoints checks,
    VersionEndpoint version)
{
    private const string OldGatewayPrefix = "/v3beta/";

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (path.StartsWith("/v3", StringComparison.Ordinal))
        {
            var rewritten = path.StartsWith(OldGatewayPrefix, StringComparison.Ordinal)
                ? string.Concat("/v3/", path.AsSpan(OldGatewayPrefix.Length))
                : path;
            if (!await gateway.TryServeAsync(context, rewritten))
            {
                await PlainText.NotFoundAsync(context.Response);
            }

            return;
        }

        await (path switch
        {
            "/health" => health.ServeAsync(context),
            "/version" => version.ServeAsync(context),
            "/metrics" => MetricsEndpoint.ServeAsync(context),
            _ => ServeCheckAsync(context, path),
        });
    }

    private Task ServeCheckAsync(HttpContext context, string path)
    {
        var parts = path.Split('/', 3);
        var name = parts.Length > 2 ? parts[2] : null;
        return parts[1] switch
        {
            "livez" => checks.LiveAsync(context, name),
            "readyz" => checks.ReadyAsync(context, name),
            _ => PlainText.NotFoundAsync(context.Response),
        };
    }
}
