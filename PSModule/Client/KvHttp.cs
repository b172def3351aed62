// HTTP to one endpoint: sends a JSON body, gives back the parsed answer or the server's refusal as an
// exception. Knows nothing of other endpoints, retries or time limits.

using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Newtonsoft.Json;

namespace Kv.PowerShell.Client;

internal sealed class KvHttp : IDisposable
{
    private const int ConnectionsPerServer = 64;
    private const int ShownBodyLength = 200;

    private readonly HttpClient _client;

    public KvHttp(KvClientOptions options)
    {
        var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = options.Proxy is not null,
            Proxy = options.Proxy is null ? null : new WebProxy(options.Proxy),
            SslProtocols = options.SslProtocols,
            MaxConnectionsPerServer = ConnectionsPerServer,
        };
        if (ServerTrust.For(options) is { } trust)
        {
            handler.ServerCertificateCustomValidationCallback = trust;
        }

        if (options.ClientCertificate is { } certificate)
        {
            handler.ClientCertificateOptions = ClientCertificateOption.Manual;
            handler.ClientCertificates.Add(certificate);
        }

        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.ExpectContinue = false;
        _client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    public void Dispose() => _client.Dispose();

    /// <exception cref="KvException">The server refused, or answered something else than JSON.</exception>
    public async Task<T> PostAsync<T>(
        KvEndpoint endpoint, string path, byte[] body, string? login, CancellationToken token)
        where T : class
    {
        using var response = await SendAsync(
            endpoint, path, body, login, HttpCompletionOption.ResponseContentRead, token).ConfigureAwait(false);
        using var content = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
        using var text = new StreamReader(content, Encoding.UTF8);
        try
        {
            return GatewayJson.Read<T>(text);
        }
        catch (JsonException exception)
        {
            throw new KvProtocolException(
                $"{endpoint.Text} answered {path} with something that is not etcd's JSON: {exception.Message}",
                exception)
            {
                Endpoint = endpoint.Text,
            };
        }
    }

    /// <summary>Gets what is at an address, whatever the status.</summary>
    public async Task<(int Status, string Text)> GetAsync(Uri uri, CancellationToken token)
    {
        using var response = await _client.GetAsync(uri, token).ConfigureAwait(false);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync().ConfigureAwait(false));
    }

    /// <summary>Sends the body and returns when the headers of a streamed answer are there. The caller
    /// disposes the response, which also ends the stream.</summary>
    public Task<HttpResponseMessage> OpenStreamAsync(
        KvEndpoint endpoint, string path, byte[] body, string? login, CancellationToken token) =>
        SendAsync(endpoint, path, body, login, HttpCompletionOption.ResponseHeadersRead, token);

    private async Task<HttpResponseMessage> SendAsync(
        KvEndpoint endpoint,
        string path,
        byte[] body,
        string? login,
        HttpCompletionOption completion,
        CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint.Uri, path));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (login is not null)
        {
            // A token of etcd's is not of the form scheme and parameter that the typed header wants.
            request.Headers.TryAddWithoutValidation("Authorization", login);
        }

        var response = await _client.SendAsync(request, completion, token).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var text = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
            throw Refusal(endpoint, path, response, text);
        }
    }

    private static KvException Refusal(KvEndpoint endpoint, string path, HttpResponseMessage response, string text)
    {
        ErrorBody? error = null;
        try
        {
            error = GatewayJson.Read<ErrorBody>(new StringReader(text));
        }
        catch (JsonException)
        {
            // Not a gateway's refusal; reported below with the text as it came.
        }

        var message = error?.Message ?? error?.Error;
        return message is null || error is null
            ? new KvProtocolException(
                $"{endpoint.Text} answered {path} with HTTP {(int)response.StatusCode}: {Shorten(text)}")
            {
                // Also what an older etcd says of a call it does not have.
                Code = response.StatusCode == HttpStatusCode.NotFound ? KvStatusCode.Unimplemented : KvStatusCode.Unknown,
                Endpoint = endpoint.Text,
            }
            : ServerError.ToException((KvStatusCode)error.Code, message, endpoint.Text);
    }

    private static string Shorten(string text)
    {
        var line = text.Trim();
        return line.Length <= ShownBodyLength ? line : line.Substring(0, ShownBodyLength) + "...";
    }
}
