using System.Net;
using System.Net.Http.Headers;
using Xunit;

namespace Kv.Node.Tests.Http;

/// <summary>What web pages may do: origins, host names, and the switch of the JSON form.</summary>
public sealed class WebAccessTests
{
    [Fact]
    public async Task Any_origin_may_ask_by_default()
    {
        await using var node = await RunningNode.StartAsync();

        using var question = await SendAsync(node, HttpMethod.Options, "v3/kv/put", "http://page.example");
        Assert.Equal(HttpStatusCode.OK, question.StatusCode);
        Assert.Equal("*", Header(question.Headers, "Access-Control-Allow-Origin"));
        Assert.Equal("POST, GET, OPTIONS, PUT, DELETE", Header(question.Headers, "Access-Control-Allow-Methods"));
        Assert.Equal("accept, content-type, authorization", Header(question.Headers, "Access-Control-Allow-Headers"));
        using var answer = await SendAsync(node, HttpMethod.Get, "health", "http://page.example");
        Assert.Equal("*", Header(answer.Headers, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Only_the_origins_named_may_ask_then()
    {
        await using var node = await RunningNode.StartAsync(
            configure: options => options with { Cors = ["http://page.example", "http://b.example:8080"] });

        using var named = await SendAsync(node, HttpMethod.Options, "v3/kv/put", "http://b.example:8080");
        Assert.Equal("http://b.example:8080", Header(named.Headers, "Access-Control-Allow-Origin"));
        using var stranger = await SendAsync(node, HttpMethod.Options, "v3/kv/put", "http://other.example");
        Assert.Equal(HttpStatusCode.OK, stranger.StatusCode);
        Assert.Null(Header(stranger.Headers, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_host_that_is_not_on_the_list_is_refused_before_anything_is_served()
    {
        await using var node = await RunningNode.StartAsync(
            configure: options => options with { HostWhitelist = ["kv.example", "127.0.0.1"] });

        using var stranger = await SendAsync(node, HttpMethod.Get, "health", origin: null, "rebound.example:2379");
        Assert.Equal(HttpStatusCode.MisdirectedRequest, stranger.StatusCode);
        Assert.Contains("CVE-2018-5702", await stranger.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        foreach (var host in new[] { "kv.example", "KV.example:99", "127.0.0.1:1" })
        {
            using var known = await SendAsync(node, HttpMethod.Get, "health", origin: null, host);
            Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        }
    }

    [Fact]
    public async Task The_json_form_can_be_turned_off()
    {
        await using var node = await RunningNode.StartAsync(
            configure: options => options with { EnableGrpcGateway = false });

        Assert.Equal((404, "404 page not found\n"), await node.PostAsync("v3/kv/range", """{"key":"YQ=="}"""));
        Assert.Equal(200, (await node.GetAsync("health")).Status);
    }

    private static string? Header(HttpHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? Assert.Single(values) : null;

    private static Task<HttpResponseMessage> SendAsync(
        RunningNode node, HttpMethod method, string path, string? origin, string? host = null)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return node.Http.SendAsync(request);
    }
}
