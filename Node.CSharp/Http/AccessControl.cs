// Which web pages may use the plain HTTP API. Browsers ask by the CORS rules; and since a page can make a
// browser believe that its own host name is ours (DNS rebinding, CVE-2018-5702), requests without TLS may be
// bound to known host names.
using Kv.Node.Options;

namespace Kv.Node.Http;

/// <summary>Checks and answers that come before any path is looked at.</summary>
internal sealed class AccessControl(NodeOptions options)
{
    private const string Any = "*";

    private readonly HashSet<string> _origins = [.. options.Cors];
    private readonly HashSet<string> _hosts = new(options.HostWhitelist, StringComparer.OrdinalIgnoreCase);

    /// <summary>Answers what is not to be served: a request that names an unknown host, or a browser's
    /// question. Says in the response to anything else who may read it.</summary>
    /// <returns>Null if the request is to be served.</returns>
    public Task? TryAnswer(HttpContext context)
    {
        if (!IsHostKnown(context.Request))
        {
            return ShortText.ErrorAsync(
                context.Response,
                StatusCodes.Status421MisdirectedRequest,
                $"The host \"{context.Request.Host.Host}\" is not known here, which may be an attack by DNS "
                + "rebinding (CVE-2018-5702). Use TLS, or add the host to --host-whitelist.");
        }

        AddHeaders(context);
        return HttpMethods.IsOptions(context.Request.Method) ? Task.CompletedTask : null;
    }

    private static string WithoutBrackets(string host) =>
        host is ['[', .. var address, ']'] ? address : host;

    private bool IsHostKnown(HttpRequest request) =>
        request.IsHttps
        || _hosts.Count == 0
        || _hosts.Contains(Any)
        || _hosts.Contains(request.Host.Host)
        || _hosts.Contains(WithoutBrackets(request.Host.Host));

    private void AddHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        var origin = Any;
        if (_origins.Count > 0 && !_origins.Contains(Any))
        {
            headers.Vary = "Origin";
            origin = context.Request.Headers.Origin.ToString();
            if (!_origins.Contains(origin))
            {
                return;
            }
        }

        headers.AccessControlAllowMethods = "POST, GET, OPTIONS, PUT, DELETE";
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowHeaders = "accept, content-type, authorization";
    }
}
