// Plain HTTP/1.1 on the port that gRPC clients use: what curl users and probes see.
using System.Net;
using System.Text;
using System.Text.Json;
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>The JSON form of v3, health, version and metrics.</summary>
public sealed class HttpTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _http = new();
    private TestCluster? _cluster;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(1);
        _http.BaseAddress = new Uri(_cluster.Nodes[0].ClientUrl);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _http.Dispose();
        _cluster?.Dispose();
    }

    [Fact]
    public async Task Put_and_range_speak_etcds_json()
    {
        var put = await PostAsync("/v3/kv/put", """{"key":"Zm9v","value":"YmFy"}""");
        Assert.Equal("2", put.GetProperty("header").GetProperty("revision").GetString());
        var range = await PostAsync("/v3/kv/range", """{"key":"Zm9v","unknown_field":1}""");
        var row = range.GetProperty("kvs")[0];
        Assert.Equal("Zm9v", row.GetProperty("key").GetString());
        Assert.Equal("YmFy", row.GetProperty("value").GetString());
        Assert.Equal("2", row.GetProperty("mod_revision").GetString());
        Assert.False(row.TryGetProperty("lease", out _));
        Assert.Equal("1", range.GetProperty("count").GetString());
    }

    [Theory]
    [InlineData("/v3/kv/put", "{\"key\":", 400, 3)]
    [InlineData("/v3/kv/put", "{\"key\":\"not base64!\"}", 400, 3)]
    [InlineData("/v3/kv/put", "{}", 400, 3)]
    [InlineData("/v3/lease/revoke", "{\"ID\":\"77\"}", 404, 5)]
    public async Task Bad_requests_get_etcds_codes(string path, string body, int status, int code)
    {
        using var answer = await _http.PostAsync(path, Json(body));
        var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(code, error.GetProperty("code").GetInt32());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.Equal(error.GetProperty("message").GetString(), error.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Watch_streams_a_line_for_each_revision()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v3/watch")
        {
            Content = Json("""{"create_request":{"key":"dw=="}}"""),
        };
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.True(ParseLine(await reader.ReadLineAsync()).GetProperty("created").GetBoolean());
        await PostAsync("/v3/kv/put", """{"key":"dw==","value":"MQ=="}""");
        var first = ParseLine(await reader.ReadLineAsync()).GetProperty("events")[0];
        Assert.Equal("MQ==", first.GetProperty("kv").GetProperty("value").GetString());
        await PostAsync("/v3/kv/deleterange", """{"key":"dw=="}""");
        var second = ParseLine(await reader.ReadLineAsync()).GetProperty("events")[0];
        Assert.Equal("DELETE", second.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Health_version_and_metrics_answer()
    {
        Assert.Equal("""{"health":"true","reason":""}""", await _http.GetStringAsync("/health"));
        Assert.Equal("ok\n", await _http.GetStringAsync("/readyz"));
        var version = JsonDocument.Parse(await _http.GetStringAsync("/version")).RootElement;
        Assert.Matches(@"^3\.\d+\.\d+$", version.GetProperty("etcdserver").GetString());
        Assert.Matches(@"^3\.\d+\.0$", version.GetProperty("etcdcluster").GetString());
        var metrics = await _http.GetStringAsync("/metrics");
        Assert.Contains("\netcd_server_has_leader 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("etcd_disk_wal_fsync_duration_seconds_bucket", metrics, StringComparison.Ordinal);
        Assert.Contains("process_resident_memory_bytes", metrics, StringComparison.Ordinal);
        using var unknown = await _http.GetAsync("/nothing/here");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.StartsWith("404 page not found", await unknown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static JsonElement ParseLine(string? line) =>
        JsonDocument.Parse(line ?? "").RootElement.GetProperty("result");

    private async Task<JsonElement> PostAsync(string path, string body)
    {
        using var answer = await _http.PostAsync(path, Json(body));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
