// A registry of the v2 protocol (etcd-facts §5.5): a directory of the v2 tree, behind whatever URL.
using System.Globalization;
using System.Net;
using System.Text.Json;
using Kv.Node.Options;

namespace Kv.Node.Discovery;

/// <summary>The directory of one token.</summary>
internal sealed class V2Registry : IRegistry
{
    private const int AnswerBytesMax = 1 << 20;

    private readonly HttpClient _client;
    private readonly string _url;
    private readonly TimeSpan _timeout;

    /// <param name="options">Where it is.</param>
    /// <param name="handler">How it is asked; null for over the network.</param>
    public V2Registry(DiscoveryOptions options, HttpMessageHandler? handler = null)
    {
        (_url, _timeout) = (options.Url.TrimEnd('/'), options.RequestTimeout);
        _client = new HttpClient(handler ?? OverNetwork(options))
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = AnswerBytesMax,
        };
    }

    public string Name => _url;

    public async Task<string?> ReadSizeAsync(CancellationToken token)
    {
        var (status, body, _) = await AskAsync(HttpMethod.Get, "/_config/size", null, _timeout, token);
        return status == HttpStatusCode.NotFound ? null : Read(status, body, node => node.GetProperty("value").GetString() ?? "");
    }

    public async Task<(IReadOnlyList<Registration> Members, ulong Mark)> ReadMembersAsync(CancellationToken token)
    {
        var (status, body, index) = await AskAsync(HttpMethod.Get, "", null, _timeout, token);
        var members = Read(status, body, node => node.TryGetProperty("nodes", out var nodes)
            ? nodes.EnumerateArray().Where(child => !child.TryGetProperty("dir", out _)).Select(ToRegistration).ToArray()
            : []);
        return (members, index);
    }

    public async Task RegisterAsync(string memberId, string value, CancellationToken token)
    {
        using var form = new FormUrlEncodedContent([new("value", value)]);
        var (status, body, _) = await AskAsync(HttpMethod.Put, $"/{memberId}?prevExist=false", form, _timeout, token);
        // Registered before, by this member's start before this one.
        if (status != HttpStatusCode.PreconditionFailed)
        {
            Read(status, body, _ => "");
        }
    }

    public async Task WaitAsync(ulong mark, CancellationToken token)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"?wait=true&recursive=true&waitIndex={mark + 1}");
        var (status, body, _) = await AskAsync(HttpMethod.Get, query, null, Timeout.InfiniteTimeSpan, token);
        // 400: the index has left the window of events; what it was will be read. An empty answer: the wait was cut
        // off somewhere on the way.
        if (status != HttpStatusCode.BadRequest && (status != HttpStatusCode.OK || body.Length > 0))
        {
            Read(status, body, _ => "");
        }
    }

    public void Dispose() => _client.Dispose();

    private static SocketsHttpHandler OverNetwork(DiscoveryOptions options) => new()
    {
        Proxy = options.Proxy.Length > 0 ? new WebProxy(options.Proxy) : null,
        UseProxy = options.Proxy.Length > 0,
        ConnectTimeout = options.DialTimeout,
    };

    private static Registration ToRegistration(JsonElement node) => new(
        (node.GetProperty("key").GetString() ?? "").Split('/')[^1],
        node.GetProperty("value").GetString() ?? "",
        node.GetProperty("createdIndex").GetUInt64());

    private async Task<(HttpStatusCode Status, byte[] Body, ulong Index)> AskAsync(
        HttpMethod method, string path, HttpContent? content, TimeSpan timeout, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(timeout);
        try
        {
            using var request = new HttpRequestMessage(method, _url + path) { Content = content };
            using var response = await _client.SendAsync(request, limit.Token);
            var index = response.Headers.TryGetValues("X-Etcd-Index", out var values)
                && ulong.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
            return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(limit.Token), index);
        }
        catch (HttpRequestException problem)
        {
            throw new RegistryUnavailableException((problem.InnerException ?? problem).Message.ReplaceLineEndings(" "), problem);
        }
        catch (OperationCanceledException problem) when (!token.IsCancellationRequested)
        {
            throw new RegistryUnavailableException($"no answer within {GoDuration.Show(timeout)}", problem);
        }
    }

    private static T Read<T>(HttpStatusCode status, byte[] body, Func<JsonElement, T> read)
    {
        if ((int)status is < 200 or > 299)
        {
            throw new RegistryUnavailableException($"it answers {(int)status}");
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            return read(json.RootElement.GetProperty("node"));
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new RegistryUnavailableException("it does not answer as a registry does", problem);
        }
    }
}
