// The v2 registry of discovery, as an HTTP client sees it: a way to get a token, and a directory of what has
// been registered under it.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Kv.PowerShell.Client;

internal sealed class DiscoveryRegistry(KvHttp http)
{
    private const string ConfigName = "_config";

    /// <exception cref="KvException">The registry refused, or is none.</exception>
    public async Task<KvDiscoveryToken> NewTokenAsync(Uri registry, int size, CancellationToken token)
    {
        var uri = new Uri(registry, string.Format(CultureInfo.InvariantCulture, "/new?size={0}", size));
        var (status, text) = await http.GetAsync(uri, token).ConfigureAwait(false);
        text = text.Trim();
        return status == 200 && Uri.TryCreate(text, UriKind.Absolute, out _)
            ? new KvDiscoveryToken(text, size)
            : throw Refusal(uri, status, text, "is it a kvnode with its discovery service on?");
    }

    /// <exception cref="KvException">There is no such token, or the registry is none.</exception>
    public async Task<KvDiscovery> ReadAsync(Uri url, string[] expected, CancellationToken token)
    {
        var root = url.AbsoluteUri.TrimEnd('/');
        var size = await ReadNodeAsync(new Uri($"{root}/{ConfigName}/size"), url, token).ConfigureAwait(false);
        var text = (string?)size["value"] ?? string.Empty;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            throw new KvProtocolException($"The token {url} has a size of '{text}', which is no number.");
        }

        var directory = await ReadNodeAsync(new Uri(root), url, token).ConfigureAwait(false);
        var nodes = directory["nodes"] as JArray ?? [];
        var members = nodes.OfType<JObject>()
            .Where(static node => node["dir"] is null && node["value"] is not null)
            .OrderBy(static node => (ulong?)node["createdIndex"] ?? 0)
            .Select(static node => ToMember((string?)node["key"] ?? string.Empty, (string?)node["value"] ?? string.Empty));
        return new KvDiscovery(url.AbsoluteUri, count, [.. members], expected);
    }

    private async Task<JObject> ReadNodeAsync(Uri uri, Uri url, CancellationToken token)
    {
        var (status, text) = await http.GetAsync(uri, token).ConfigureAwait(false);
        if (status == 404)
        {
            throw new KvNotFoundException(
                KvErrorId.DiscoveryTokenNotFound, $"There is no token {url}: it never was, or it has expired.")
            {
                RecommendedAction = "Make one with New-KvDiscoveryToken.",
            };
        }

        try
        {
            if (status == 200 && JObject.Parse(text)["node"] is JObject node)
            {
                return node;
            }
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw Refusal(uri, status, text, "is it a token's URL?");
    }

    /// <summary>name=url, for each URL again, joined by commas or ampersands.</summary>
    private static KvDiscoveryMember ToMember(string key, string value)
    {
        var pairs = new List<string[]>(value.Split(',', '&').Select(static pair => pair.Split(['='], 2)));
        return new KvDiscoveryMember(
            key.Substring(key.LastIndexOf('/') + 1), pairs[0][0], [.. pairs.Where(static p => p.Length == 2).Select(static p => p[1])]);
    }

    private static KvRequestException Refusal(Uri uri, int status, string text, string question)
    {
        var line = text.Replace("\r", string.Empty).Replace('\n', ' ').Trim();
        return new KvRequestException(
            status == 401 ? ErrorCategory.PermissionDenied : ErrorCategory.InvalidResult,
            $"{uri} answered HTTP {status}: {(line.Length <= 200 ? line : line.Substring(0, 200) + "...")} ({question})");
    }
}
