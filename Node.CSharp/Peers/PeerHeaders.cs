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

    public const string PeerUrls = "X-PeerURLs";

    /// <summary>Most that a sender may say about where it is.</summary>
    private const int PeerUrlsMax = 8;

    /// <summary>An id as it is written in headers, logs and metric labels.</summary>
    public static string Hex(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>Puts this member's identity on a request.</summary>
    public static void Write(HttpRequestMessage request, PeerOptions options, ulong target)
    {
        request.Headers.TryAddWithoutValidation(ClusterId, Hex(options.ClusterId));
        request.Headers.TryAddWithoutValidation(From, Hex(options.MemberId));
        request.Headers.TryAddWithoutValidation(To, Hex(target));
        request.Headers.TryAddWithoutValidation(Version, ProductVersion.Etcd);
        if (options.OwnUrls.Count > 0)
        {
            request.Headers.TryAddWithoutValidation(PeerUrls, string.Join(',', options.OwnUrls.Select(url => url.OriginalString)));
        }
    }

    /// <summary>Where the sender says it is; empty if it does not, or makes no sense.</summary>
    public static IReadOnlyList<Uri> ReadPeerUrls(IHeaderDictionary headers)
    {
        var words = headers[PeerUrls].ToString().Split(',', PeerUrlsMax + 1, StringSplitOptions.RemoveEmptyEntries);
        var urls = new List<Uri>();
        foreach (var word in words)
        {
            if (!Uri.TryCreate(word.Trim(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            {
                return [];
            }

            urls.Add(url);
        }

        return urls.Count <= PeerUrlsMax ? urls : [];
    }

    /// <summary>An id from a header, or 0 if it is missing or malformed.</summary>
    public static ulong ReadId(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var values) && values.Count == 1
            && ulong.TryParse(values[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            ? id
            : 0;
}
