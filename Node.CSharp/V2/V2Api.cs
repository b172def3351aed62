// The way in to everything below /v2: finds out what a path means.
using Kv.Node.Http;
using Kv.Node.V2.Auth;

namespace Kv.Node.V2;

/// <summary>Dispatch of v2 requests.</summary>
internal sealed class V2Api(V2Keys keys, V2Members members, V2Stats stats, V2AuthEndpoints auth)
{
    public Task ServeAsync(HttpContext context)
    {
        if (V2Target.Of(context) is not { } target)
        {
            return ShortText.ErrorAsync(context.Response, StatusCodes.Status400BadRequest, "400 Bad Request");
        }

        return target.CleanLocation() is { } location ? RedirectAsync(context, location) : RouteAsync(context, target);
    }

    private Task RouteAsync(HttpContext context, V2Target target) => target switch
    {
        _ when target.IsUnder(V2Keys.Prefix) => keys.ServeAsync(context, target),
        _ when target.IsUnder(V2Members.Prefix) => members.ServeAsync(context, target),
        _ when target.Path.AsSpan().SequenceEqual(V2Members.MachinesPath) => members.ServeMachinesAsync(context),
        _ when target.IsUnder(V2AuthEndpoints.Prefix) => auth.ServeAsync(context, target),
        _ when target.IsUnder(V2Stats.Prefix) => stats.ServeAsync(context, target),
        _ => ShortText.NotFoundAsync(context.Response),
    };

    private static async Task RedirectAsync(HttpContext context, string location)
    {
        context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
        context.Response.Headers.Location = location;
        if (HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.ContentType = "text/html; charset=utf-8";
        }

        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.WriteAsync(
                $"<a href=\"{System.Net.WebUtility.HtmlEncode(location)}\">Moved Permanently</a>.\n\n",
                context.RequestAborted);
        }
    }
}
