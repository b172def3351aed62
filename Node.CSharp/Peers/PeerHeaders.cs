// The headers members identify themselves with (etcd-facts §3.2). Ids are lower-case hex without
// padding, as etcd writes them.
using System.Globalization;
using Kv.Node.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Kv.Node.Peers;

/// <summary>Writes and reads the identity headers of peer requests.</summary>
internal static class PeerHeaders
{
    public const string ClusterId = "X-Etcd-Cluster-ID";

    public const string From = "X-Server-From";

    public const string To = "X-Raft-To";

    public const string Version = "X-Server-Version";

    /// <summary>An id as it is written in headers, logs and metric labels.</summary>
    public static string Hex(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>Puts this member's identity on a request.</summary>
    public static void Write(HttpRequestMessage request, PeerOptions options, ulong target)
    {
        request.Headers.TryAddWithoutValidation(ClusterId, Hex(options.ClusterId));
        request.Headers.TryAddWithoutValidation(From, Hex(options.MemberId));
        request.Headers.TryAddWithoutValidation(To, Hex(target));
        request.Headers.TryAddWithoutValidation(Version, ProductVersion.Etcd);
    }

    /// <summary>An id from a header, or 0 if it is missing or malformed.</summary>
    public static ulong ReadId(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var values) && values.Count == 1
            && ulong.TryParse(values[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            ? id
            : 0;
}
