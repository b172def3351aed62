using System.Text.Json;
using Xunit;

namespace Kv.Node.Tests.Http;

/// <summary>The JSON form of v3 of a running node.</summary>
public sealed class JsonApiTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    private readonly RunningNode _node = fixture.Node;

    [Fact]
    public async Task A_put_is_read_back_over_old_and_new_paths()
    {
        Assert.Equal(200, (await _node.PostAsync("v3/kv/put", """{"key":"anNvbi9h","value":"MQ=="}""")).Status);
        var (status, body) = await _node.PostAsync("v3beta/kv/range", """{"key":"anNvbi9h"}""");

        Assert.Equal(200, status);
        using var json = JsonDocument.Parse(body);
        var pair = json.RootElement.GetProperty("kvs")[0];
        Assert.Equal("MQ==", pair.GetProperty("value").GetString());
        Assert.Equal("1", json.RootElement.GetProperty("count").GetString());
        Assert.Equal(JsonValueKind.String, json.RootElement.GetProperty("header").GetProperty("revision").ValueKind);
        Assert.False(json.RootElement.TryGetProperty("more", out _));
    }

    [Theory]
    [InlineData("v3/kv/put", """{"value":"MQ=="}""", 400, 3, "etcdserver: key is not provided")]
    [InlineData("v3/kv/range", """{"key":"YQ==","revision":"99999999"}""", 400, 11, "etcdserver: mvcc: required revision is a future revision")]
    [InlineData("v3/lease/revoke", """{"ID":"987654"}""", 404, 5, "etcdserver: requested lease not found")]
    [InlineData("v3/kv/put", """{"key":"Z*9v"}""", 400, 3, "illegal base64 data in field key")]
    [InlineData("v3/kv/put", """{"key":""", 400, 3, "syntax error (line 1:8): invalid JSON")]
    [InlineData("v3/no/such", "{}", 404, 5, "Not Found")]
    public async Task Errors_speak_to_old_and_new_clients(string path, string request, int status, int code, string message)
    {
        var (httpStatus, body) = await _node.PostAsync(path, request);

        Assert.Equal(status, httpStatus);
        using var json = JsonDocument.Parse(body);
        Assert.Equal(code, json.RootElement.GetProperty("code").GetInt32());
        Assert.Equal(message, json.RootElement.GetProperty("error").GetString());
        Assert.Equal(message, json.RootElement.GetProperty("message").GetString());
        Assert.Equal(0, json.RootElement.GetProperty("details").GetArrayLength());
    }

    [Fact]
    public async Task Only_post_is_served()
    {
        var (status, body) = await _node.GetAsync("v3/kv/range");

        Assert.Equal(501, status);
        Assert.Contains("\"code\":12", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_past_the_limits_is_refused()
    {
        var (status, body) = await _node.PostAsync("v3/kv/put", $$"""{"key":"{{new string('A', 5 << 20)}}"}""");

        Assert.Equal(429, status);
        Assert.Contains("\"code\":8", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v3/cluster/member/list", "members")]
    [InlineData("v3/maintenance/status", "version")]
    [InlineData("v3/maintenance/hashkv", "hash")]
    [InlineData("v3/maintenance/alarm", "header")]
    [InlineData("v3/lease/leases", "header")]
    [InlineData("v3/kv/lease/leases", "header")]
    [InlineData("v3/kv/txn", "succeeded")]
    public async Task Every_service_has_its_path(string path, string field)
    {
        var (status, body) = await _node.PostAsync(path, "");

        Assert.Equal(200, status);
        using var json = JsonDocument.Parse(body);
        Assert.True(json.RootElement.TryGetProperty(field, out _), body);
    }

    [Fact]
    public async Task A_lease_is_kept_alive_line_by_line()
    {
        Assert.Equal(200, (await _node.PostAsync("v3/lease/grant", """{"ID":"4711","TTL":"50"}""")).Status);

        var (status, body) = await _node.PostAsync("v3/lease/keepalive", """{"ID":"4711"}{"ID":4712}""");

        Assert.Equal(200, status);
        var lines = body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains("\"ID\":\"4711\",\"TTL\":\"50\"", lines[0], StringComparison.Ordinal);
        using var unknown = JsonDocument.Parse(lines[1]);
        Assert.False(unknown.RootElement.GetProperty("result").TryGetProperty("TTL", out _));
        Assert.Equal(200, (await _node.PostAsync("v3/kv/lease/revoke", """{"ID":"4711"}""")).Status);
    }

    [Fact]
    public async Task A_watch_streams_lines_after_its_request_has_ended()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v3/watch")
        {
            Content = new StringContent("""{"create_request":{"key":"anNvbi93"}}"""),
        };
        using var response = await _node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Contains("\"created\":true", await ReadLineAsync(lines), StringComparison.Ordinal);

        await _node.PostAsync("v3/kv/put", """{"key":"anNvbi93","value":"MQ=="}""");
        await _node.PostAsync("v3/kv/deleterange", """{"key":"anNvbi93"}""");

        Assert.Contains("\"events\":[{\"kv\":{\"key\":\"anNvbi93\"", await ReadLineAsync(lines), StringComparison.Ordinal);
        Assert.Contains("\"type\":\"DELETE\"", await ReadLineAsync(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_request_ends_a_stream_with_an_error_line()
    {
        var (status, body) = await _node.PostAsync("v3/watch", """{"create_request":{"key":5}}""");

        Assert.Equal(400, status);
        using var json = JsonDocument.Parse(body);
        Assert.Equal(3, json.RootElement.GetProperty("error").GetProperty("code").GetInt32());
    }

    private static async Task<string> ReadLineAsync(StreamReader lines)
    {
        using var patience = new CancellationTokenSource(RunningNode.Patience);
        return await lines.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException();
    }
}
