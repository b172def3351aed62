// Everything on the client port that is not gRPC: finds out what a path means.
using Kv.Node.Json;
using Kv.Node.Options;
using Kv.Node.V2;

namespace Kv.Node.Http;

/// <summary>Dispatch of plain HTTP requests.</summary>
internal sealed class ClientHttp(
    NodeOptions options,
    AccessControl access,
    JsonGateway gateway,
    MonitoringHttp monitoring,
    VersionEndpoint version,
    RevisionEndpoint revision,
    DebugVarsEndpoint variables,
    V2Api? v2 = null,
    V2Keys? keys = null,
    DiscoveryService? discovery = null)
{
    private const string GatewayPrefix = "/v3/";
    private const string V2Prefix = "/v2/";
    private const string OldGatewayPrefix = "/v3beta/";

    public Task HandleAsync(HttpContext context) =>
        access.TryAnswer(context) ?? DispatchAsync(context);

    private Task DispatchAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (path.StartsWith(OldGatewayPrefix, StringComparison.Ordinal))
        {
            path = string.Concat(GatewayPrefix, path.AsSpan(OldGatewayPrefix.Length));
        }

        return path switch
        {
            _ when options.EnableGrpcGateway && path.StartsWith(GatewayPrefix, StringComparison.Ordinal) =>
                gateway.ServeAsync(context, path),
            _ when v2 is not null && path.StartsWith(V2Prefix, StringComparison.Ordinal) => v2.ServeAsync(context),
            _ when discovery is not null && keys is not null && DiscoveryService.IsRegistry(path) => keys.ServeAsync(context),
            DiscoveryService.NewPath when discovery is not null => discovery.ServeNewAsync(context),
            "/version" => version.ServeAsync(context),
            RevisionEndpoint.Path => revision.ServeAsync(context),
            "/debug/vars" => variables.ServeAsync(context),
            _ => monitoring.TryServe(context, path) ?? ShortText.NotFoundAsync(context.Response),
        };
    }
}
