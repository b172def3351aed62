// /version: which release we speak for, and what the cluster has agreed on.
using System.Text.Json;
using Kv.Node.Engine;
using Kv.Node.Peers;

namespace Kv.Node.Http;

/// <summary>Serves <c>/version</c>.</summary>
internal sealed class VersionEndpoint(NodeEngine engine)
{
    public async Task ServeAsync(HttpContext context)
    {
        if (!await ShortText.RefuseUnlessGetAsync(context))
        {
            var report = VersionReport.Of(engine.State);
            await ShortText.JsonAsync(
                context.Response,
                JsonSerializer.Serialize(report, PeerJson.Default.VersionReport));
        }
    }
}
