// The request target of a v2 request as it was sent: keys may hold anything, so neither the
// framework's decoding of the path nor its idea of "%2F" will do.
using System.Text;
using Kv.Core.V2;
using Microsoft.AspNetCore.Http.Features;

namespace Kv.Node.V2;

/// <summary>Path and query of a request.</summary>
/// <param name="Path">The path without escapes, as bytes.</param>
/// <param name="Query">The query with its escapes, without the question mark.</param>
internal sealed record V2Target(byte[] Path, string Query)
{
    /// <summary>The target of a request; null if an escape in its path is malformed.</summary>
    public static V2Target? Of(HttpContext context)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var scheme = raw.StartsWith('/') ? -1 : raw.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
        {
            var slash = raw.IndexOf('/', scheme + 3);
            raw = slash < 0 ? "/" : raw[slash..];
        }

        var mark = raw.IndexOf('?', StringComparison.Ordinal);
        var path = V2Form.Unescape(Encoding.UTF8.GetBytes(mark < 0 ? raw : raw[..mark]), plusIsSpace: false, out _);
        return path is null ? null : new V2Target(path, mark < 0 ? "" : raw[(mark + 1)..]);
    }

    /// <summary>True if the path is below (or is) a prefix without a slash at its end.</summary>
    public bool IsUnder(ReadOnlySpan<byte> prefix) =>
        Path.AsSpan().StartsWith(prefix) && (Path.Length == prefix.Length || Path[prefix.Length] == '/');

    /// <summary>What follows a prefix, in the canonical form of a v2 path.</summary>
    public byte[] After(int prefixLength) => V2Path.Clean(Path.AsSpan(prefixLength));

    /// <summary>Where Go's router would send a client that asks with double slashes or dots in the path;
    /// null if the path is clean.</summary>
    public string? CleanLocation()
    {
        var clean = V2Path.Clean(Path);
        if (Path.Length > 1 && Path[^1] == '/')
        {
            clean = [.. clean, (byte)'/'];
        }

        if (clean.AsSpan().SequenceEqual(Path))
        {
            return null;
        }

        var location = Uri.EscapeDataString(Encoding.UTF8.GetString(clean)).Replace("%2F", "/", StringComparison.Ordinal);
        return Query.Length > 0 ? $"{location}?{Query}" : location;
    }
}
