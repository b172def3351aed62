using System.Net;
using Xunit;

namespace Kv.Node.Tests.Http;

/// <summary>Health, version, metrics, and everything that is none of it.</summary>
public sealed class PlainHttpTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    private readonly RunningNode _node = fixture.Node;

    [Theory]
    [InlineData("health", """{"health":"true","reason":""}""")]
    [InlineData("health?serializable=true", """{"health":"true","reason":""}""")]
    [InlineData("livez", "ok\n")]
    [InlineData("readyz", "ok\n")]
    [InlineData("livez/serializable_read", "ok\n")]
    [InlineData("livez?verbose", "[+]serializable_read ok\nok\n")]
    [InlineData("readyz?verbose&exclude=linearizable_read", "[+]data_corruption ok\n[+]serializable_read ok\n[+]non_learner ok\nok\n")]
    public async Task A_healthy_node_says_so(string path, string body) =>
        Assert.Equal((200, body), await _node.GetAsync(path));

    [Theory]
    [InlineData("nothing")]
    [InlineData("")]
    [InlineData("livez/nothing")]
    [InlineData("v2/keys")]
    public async Task The_rest_is_not_found(string path) =>
        Assert.Equal((404, "404 page not found\n"), await _node.GetAsync(path));

    [Theory]
    [InlineData("health")]
    [InlineData("version")]
    [InlineData("readyz")]
    public async Task Only_get_is_served(string path)
    {
        using var response = await _node.Http.PostAsync(new Uri(path, UriKind.Relative), null);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task The_revision_of_a_time_is_told_if_it_is_known()
    {
        Assert.Equal(400, (await _node.GetAsync("kv/revision")).Status);
        Assert.Equal(400, (await _node.GetAsync("kv/revision?at=yesterday")).Status);
        var (status, body) = await _node.GetAsync("kv/revision?at=0");
        Assert.Equal(404, status);
        Assert.StartsWith("""{"error":"not known; this member remembers """, body, StringComparison.Ordinal);
        var deadline = DateTime.UtcNow.AddSeconds(30);
        do
        {
            (status, body) = await _node.GetAsync($"kv/revision?at={DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}");
        }
        while (status != 200 && DateTime.UtcNow < deadline);
        Assert.Matches("""^{"at":"\d+","revision":"\d+"}$""", body);
    }

    [Fact]
    public async Task The_version_has_three_numbers()
    {
        var (status, body) = await _node.GetAsync("version");

        Assert.Equal(200, status);
        Assert.Matches("""^{"etcdserver":"3\.\d+\.\d+","etcdcluster":"(3\.\d+\.\d+|not_decided)","storage":"3\.\d+\.\d+","kvnode":"\d+\.\d+\.\d+"}$""", body);
    }

    [Fact]
    public async Task The_metrics_count_calls()
    {
        await _node.PostAsync("v3/kv/range", """{"key":"YQ=="}""");
        var (status, body) = await _node.GetAsync("metrics");

        Assert.Equal(200, status);
        Assert.Contains(
            """grpc_server_handled_total{grpc_type="unary",grpc_service="etcdserverpb.KV",grpc_method="Range",grpc_code="OK"}""",
            body,
            StringComparison.Ordinal);
        Assert.Contains("etcd_mvcc_range_total", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alarm_makes_it_unhealthy_until_cleared_or_excluded()
    {
        await using var node = await RunningNode.StartAsync();
        Assert.Equal(200, (await node.PostAsync("v3/maintenance/alarm", """{"action":"ACTIVATE","memberID":"5","alarm":"NOSPACE"}""")).Status);

        Assert.Equal((503, """{"health":"false","reason":"ALARM NOSPACE"}""" + "\n"), await node.GetAsync("health"));
        Assert.Equal(200, (await node.GetAsync("health?exclude=NOSPACE")).Status);
        Assert.Equal(429, (await node.PostAsync("v3/kv/put", """{"key":"YQ=="}""")).Status);
        Assert.Contains("memberID:5 alarm:NOSPACE ", (await node.PostAsync("v3/maintenance/status", "")).Body, StringComparison.Ordinal);

        Assert.Equal(200, (await node.PostAsync("v3/maintenance/alarm", """{"action":"DEACTIVATE","memberID":"5","alarm":"NOSPACE"}""")).Status);
        Assert.Equal(200, (await node.GetAsync("health")).Status);
        Assert.Equal(200, (await node.PostAsync("v3/kv/put", """{"key":"YQ=="}""")).Status);
    }
}
