// What anyone may ask a member on its peer port: who the members are, which version it is, and
// whether it is there.
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Kv.Node.Peers;

/// <summary>The read-only endpoints of the peer port.</summary>
internal sealed class InfoEndpoints(PeerServerContext context)
{
    /// <summary>GET /members.</summary>
    public Task MembersAsync(HttpContext http)
    {
        var documents = context.Members().Select(MemberDocument.Of).ToArray();
        http.Response.Headers[PeerHeaders.ClusterId] = PeerHeaders.Hex(context.Options.ClusterId);
        return WriteAsync(http, JsonSerializer.SerializeToUtf8Bytes(documents, PeerJson.Default.MemberDocumentArray));
    }

    /// <summary>GET /version.</summary>
    public Task VersionAsync(HttpContext http) =>
        WriteAsync(http, JsonSerializer.SerializeToUtf8Bytes(context.Version(), PeerJson.Default.VersionReport));

    /// <summary>GET /raft/probing.</summary>
    public static Task ProbeAsync(HttpContext http)
    {
        var now = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync($$"""{"OK":true,"Now":"{{now}}"}""", http.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext http, byte[] json)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.Length;
        await http.Response.Body.WriteAsync(json, http.RequestAborted);
    }
}
