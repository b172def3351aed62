// A v2 client that sends exactly what it is told: paths and escapes are not touched on the way.
using System.Net.Http.Headers;
using System.Text;

namespace Compat.V2;

/// <summary>One request: the target with its query, and a form for the body if there is one.</summary>
internal sealed record V2Request(string Method, string Target, string? Form = null, string? ContentType = null)
{
    /// <summary>Name and password with a colon between them; null for none.</summary>
    public string? Credentials { get; init; }

    public override string ToString() => $"{Method} {Target}" + (Form is null ? "" : $" [{Form}]");
}

/// <summary>An answer as far as two servers can agree on it.</summary>
internal sealed record V2Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public ulong Index => ulong.Parse(Headers["X-Etcd-Index"], System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A client of one server.</summary>
internal sealed class V2Http(string url) : IDisposable
{
    private static readonly string[] ComparedHeaders =
        ["X-Etcd-Index", "Content-Type", "Allow", "Location", "X-Content-Type-Options", "Access-Control-Allow-Origin"];

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        // Hanging up on a watch is to be noticed at once.
        ResponseDrainTimeout = TimeSpan.Zero,
        MaxResponseDrainSize = 0,
    })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    public string Url { get; } = url;

    public async Task<V2Answer> SendAsync(V2Request request)
    {
        using var message = Message(request);
        using var response = await _client.SendAsync(message);
        return new V2Answer((int)response.StatusCode, HeadersOf(response), await response.Content.ReadAsStringAsync());
    }

    public Task<V2Answer> GetAsync(string target) => SendAsync(new V2Request("GET", target));

    public Task<V2Answer> PutAsync(string target, string form) => SendAsync(new V2Request("PUT", target, form));

    /// <summary>Sends a request whose answer comes bit by bit; returns when its headers are there.</summary>
    public async Task<HttpResponseMessage> OpenAsync(V2Request request, CancellationToken token = default)
    {
        using var message = Message(request);
        return await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, token);
    }

    /// <summary>The headers both servers must agree on, and which of the others there are.</summary>
    public static IReadOnlyDictionary<string, string> HeadersOf(HttpResponseMessage response)
    {
        var found = new Dictionary<string, string>();
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (ComparedHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                found[name] = string.Join(',', values);
            }
            else if (name.StartsWith("X-", StringComparison.Ordinal))
            {
                found[name] = "present";
            }
        }

        return found;
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Message(V2Request request)
    {
        var exact = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(Url + request.Target, exact));
        if (request.Credentials is not null)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(request.Credentials)));
        }

        if (request.Form is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.Form));
            message.Content.Headers.ContentType =
                MediaTypeHeaderValue.Parse(request.ContentType ?? "application/x-www-form-urlencoded");
        }

        return message;
    }
}
