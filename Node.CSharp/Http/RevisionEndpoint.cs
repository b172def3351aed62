// GET /kv/revision?at=: which revision was the newest at a time. Ours alone; etcd keeps no such thing.
using System.Globalization;
using Kv.Node.Engine;

namespace Kv.Node.Http;

/// <summary>Serves <c>/kv/revision</c>.</summary>
internal sealed class RevisionEndpoint(NodeEngine engine)
{
    /// <summary>Its place on the client port.</summary>
    public const string Path = "/kv/revision";

    public async Task ServeAsync(HttpContext context)
    {
        if (await ShortText.RefuseUnlessGetAsync(context))
        {
            return;
        }

        if (!long.TryParse(context.Request.Query["at"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at))
        {
            await Refuse(context, StatusCodes.Status400BadRequest, "at: milliseconds since 1970, UTC, are expected");
            return;
        }

        if (engine.RevisionTimes.At(at) is { } revision)
        {
            await ShortText.JsonAsync(context.Response, string.Create(CultureInfo.InvariantCulture, $"{{\"at\":\"{at}\",\"revision\":\"{revision}\"}}"));
            return;
        }

        await Refuse(context, StatusCodes.Status404NotFound, engine.RevisionTimes.Span is { } span
            ? $"not known; this member remembers times from {Show(span.First)} to {Show(span.Last)}, except those it was down or had no leader"
            : "not known; this member remembers nothing yet");
    }

    private static string Show(long time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static Task Refuse(HttpContext context, int status, string error) =>
        ShortText.JsonAsync(context.Response, $"{{\"error\":\"{error}\"}}", status);
}
