using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Compat.Harness;

/// <summary>What a JSON request was answered with.</summary>
internal sealed record JsonReply(HttpStatusCode Status, JsonObject Body)
{
    /// <summary>A 64-bit field of the header.</summary>
    public long Header(string name) => long.Parse((string)Body["header"]![name]!);
}

/// <summary>The JSON form of v3 of one member, as curl sees it.</summary>
internal sealed class JsonClient(string url) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(url) };

    /// <summary>Text as JSON carries bytes.</summary>
    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes from JSON as text.</summary>
    public static string Text(JsonNode? base64) => Encoding.UTF8.GetString(Convert.FromBase64String((string)base64!));

    /// <summary>Calls as the user of a token from now on; null is nobody.</summary>
    public void UseToken(string? token)
    {
        _http.DefaultRequestHeaders.Remove("Authorization");
        if (token is not null)
        {
            _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", token);
        }
    }

    /// <summary>Posts a request, however it is answered.</summary>
    public async Task<JsonReply> PostAsync(string path, string json, CancellationToken token = default)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content, token);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(token))!.AsObject();
        return new JsonReply(response.StatusCode, body);
    }

    /// <summary>Opens a stream; each line is one value.</summary>
    public async Task<StreamReader> OpenAsync(string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new StreamReader(await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The <c>result</c> in the next line of a stream.</summary>
    public static async Task<JsonObject> ResultAsync(StreamReader lines)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var line = await lines.ReadLineAsync(limit.Token) ?? throw new EndOfStreamException();
        return JsonNode.Parse(line)!["result"]!.AsObject();
    }

    public void Dispose() => _http.Dispose();
}
