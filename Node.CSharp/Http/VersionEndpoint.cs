// /version: which release we speak for, and what the cluster has agreed on.
using Kv.Node.Engine;
using Kv.Node.Grpc;

namespace Kv.Node.Http;

/// <summary>Serves <c>/version</c>.</summary>
internal sealed class VersionEndpoint(NodeEngine engine)
{
    public async Task ServeAsync(HttpContext context)
    {
        if (await PlainText.RefuseUnlessGetAsync(context))
        {
            return;
        }

        var agreed = engine.State.ClusterVersion;
        var cluster = agreed.Length == 0 ? EtcdVersion.NotDecided : agreed;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(
            $$"""{"etcdserver":"{{EtcdVersion.Server}}","etcdcluster":"{{cluster}}","storage":"{{EtcdVersion.Storage}}"}""");
    }
}
