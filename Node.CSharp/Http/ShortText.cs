// Small answers in the shape Go's HTTP server gives them, which probes and clients look for.
using System.Text;

namespace Kv.Node.Http;

/// <summary>Short responses.</summary>
internal static class ShortText
{
    private const string Plain = "text/plain; charset=utf-8";

    public static Task OkAsync(HttpResponse response, string body) =>
        WriteAsync(response, StatusCodes.Status200OK, Plain, body);

    /// <summary>A small JSON document.</summary>
    public static Task JsonAsync(HttpResponse response, string body, int status = StatusCodes.Status200OK) =>
        WriteAsync(response, status, "application/json", body);

    /// <summary>An error; the text ends with a newline.</summary>
    public static Task ErrorAsync(HttpResponse response, int status, string message) =>
        WriteAsync(response, status, Plain, message + "\n");

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

    private static Task WriteAsync(HttpResponse response, int status, string contentType, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        response.Headers.XContentTypeOptions = "nosniff";
        return response.Body.WriteAsync(bytes).AsTask();
    }
}
