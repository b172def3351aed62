// Plain text answers in the shape Go's HTTP server gives them, which probes and clients look for.
namespace Kv.Node.Http;

/// <summary>Text responses.</summary>
internal static class PlainText
{
    private const string ContentType = "text/plain; charset=utf-8";

    public static Task OkAsync(HttpResponse response, string body) =>
        WriteAsync(response, StatusCodes.Status200OK, body);

    /// <summary>An error; the text ends with a newline.</summary>
    public static Task ErrorAsync(HttpResponse response, int status, string message)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        return WriteAsync(response, status, message + "\n");
    }

    public static Task NotFoundAsync(HttpResponse response) =>
        ErrorAsync(response, StatusCodes.Status404NotFound, "404 page not found");

    /// <summary>Refuses everything but GET.</summary>
    /// <returns>True if the request was refused.</returns>
    public static async Task<bool> RefuseUnlessGetAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            return false;
        }

        context.Response.Headers.Allow = HttpMethods.Get;
        await ErrorAsync(context.Response, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
        return true;
    }

    private static Task WriteAsync(HttpResponse response, int status, string body)
    {
        response.StatusCode = status;
        response.ContentType = ContentType;
        return response.WriteAsync(body);
    }
}
