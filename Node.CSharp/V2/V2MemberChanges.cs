// Changes of the membership over /v2/members (etcd-facts §5.4): the same changes, by the same leader, as
// those of the Cluster service.
using System.Globalization;
using System.Text.Json;
using Kv.Core.Apply;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Options;

namespace Kv.Node.V2;

/// <summary>Adds, moves and removes members.</summary>
internal sealed class V2MemberChanges(NodeEngine engine)
{
    private const string Json = "application/json";

    private const int BodyBytesMax = 64 * 1024;

    /// <summary>POST: 201 and the new member.</summary>
    public async Task AddAsync(HttpContext context)
    {
        if (await ReadUrlsAsync(context) is not { } urls)
        {
            return;
        }

        try
        {
            var result = await engine.Membership.ChangeAsync(
                MembershipRequest.Add(urls, isLearner: false), context.RequestAborted);
            var json = new V2Json();
            V2Members.Write(json, new Member(result.AddedId, "", urls, [], false));
            json.Raw("\n"u8);
            await V2Responses.WriteAsync(context, StatusCodes.Status201Created, json.Written);
        }
        catch (EtcdException refusal)
        {
            await RefuseAsync(context, refusal, "");
        }
    }

    /// <summary>PUT: 204 once the member has these peer URLs.</summary>
    public async Task UpdateAsync(HttpContext context, string name)
    {
        if (ParseId(name) is not { } id)
        {
            await NotFoundAsync(context, name);
        }
        else if (await ReadUrlsAsync(context) is { } urls)
        {
            await ChangeAsync(context, MembershipRequest.Update(id, urls), name);
        }
    }

    /// <summary>DELETE: 204 once the member is gone for good.</summary>
    public Task RemoveAsync(HttpContext context, string name) =>
        ParseId(name) is not { } id ? NotFoundAsync(context, name)
        : engine.State.RemovedMembers.Contains(id) ? V2Responses.WriteMessageAsync(
            context, StatusCodes.Status410Gone, $"Member permanently removed: {name}")
        : ChangeAsync(context, MembershipRequest.Remove(id), name);

    private async Task ChangeAsync(HttpContext context, MembershipRequest request, string name)
    {
        try
        {
            await engine.Membership.ChangeAsync(request, context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        catch (EtcdException refusal)
        {
            await RefuseAsync(context, refusal, name);
        }
    }

    private static Task RefuseAsync(HttpContext context, EtcdException refusal, string name) => refusal.Message switch
    {
        var text when text == EtcdErrors.MemberNotFound.Message => NotFoundAsync(context, name),
        var text when text == EtcdErrors.PeerUrlExists.Message || text == EtcdErrors.MemberExists.Message =>
            V2Responses.WriteMessageAsync(context, StatusCodes.Status409Conflict, "membership: peerURL exists"),
        // etcd says no more than "Internal Server Error", which helps nobody.
        var text => V2Responses.WriteMessageAsync(context, StatusCodes.Status500InternalServerError, text),
    };

    private static Task NotFoundAsync(HttpContext context, string name) =>
        V2Responses.WriteMessageAsync(context, StatusCodes.Status404NotFound, $"No such member: {name}");

    private static ulong? ParseId(string name) =>
        ulong.TryParse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>The URLs in the body; null if there are none to use, and the request has been answered.</summary>
    private static async Task<string[]?> ReadUrlsAsync(HttpContext context)
    {
        var type = (context.Request.ContentType ?? "").Split(';')[0].Trim();
        if (!type.Equals(Json, StringComparison.OrdinalIgnoreCase))
        {
            await V2Responses.WriteMessageAsync(
                context, StatusCodes.Status415UnsupportedMediaType, $"Bad Content-Type {type}, accept {Json}");
            return null;
        }

        try
        {
            return Texts(await ReadBodyAsync(context));
        }
        catch (Exception problem) when (problem is JsonException or FormatException)
        {
            await V2Responses.WriteMessageAsync(context, StatusCodes.Status400BadRequest, problem.Message);
            return null;
        }
    }

    private static async Task<byte[]> ReadBodyAsync(HttpContext context)
    {
        var body = new byte[BodyBytesMax + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(
            body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        return length <= BodyBytesMax ? body[..length] : throw new FormatException("the body is too large");
    }

    private static string[] Texts(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("peerURLs", out var list)
            || list.ValueKind != JsonValueKind.Array
            || list.GetArrayLength() == 0
            || list.EnumerateArray().Any(url => url.ValueKind != JsonValueKind.String))
        {
            throw new FormatException("no valid URLs given");
        }

        var urls = UrlList.Parse(string.Join(',', list.EnumerateArray().Select(url => url.GetString())));
        return [.. urls.Select(url => url.OriginalString).Order(StringComparer.Ordinal)];
    }
}
