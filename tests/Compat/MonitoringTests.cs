// What probes ask: --listen-metrics-urls, health in all its forms (etcd-facts §3.1), /debug/vars.
using System.Net;
using System.Text.Json;
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>Health and metrics on a port of their own.</summary>
public sealed class MonitoringTests : IDisposable
{
    private readonly HttpClient _http = new();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task The_metrics_port_serves_metrics_and_health_and_nothing_else()
    {
        var url = $"http://127.0.0.1:{Ports.FreeOne()}";
        using var cluster = await TestCluster.StartAsync(1, "--listen-metrics-urls", url, "--enable-pprof");
        Assert.Contains("etcd_server_has_leader 1", await _http.GetStringAsync($"{url}/metrics"), StringComparison.Ordinal);
        Assert.Equal("""{"health":"true","reason":""}""", await _http.GetStringAsync($"{url}/health"));
        using (var health = await _http.GetAsync($"{url}/health"))
        {
            Assert.Equal("text/plain", health.Content.Headers.ContentType?.MediaType);
        }

        using (var posted = await _http.PostAsync($"{url}/metrics", null))
        {
            Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        }

        Assert.Equal("ok\n", await _http.GetStringAsync($"{url}/livez"));
        Assert.Equal("ok\n", await _http.GetStringAsync($"{url}/readyz/linearizable_read"));
        foreach (var path in new[] { "/version", "/v3/kv/range", "/debug/vars", "/", "/health/more" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(url + path)).Status);
        }

        Assert.Contains("--enable-pprof has no effect", cluster.Nodes[0].Process!.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_without_a_quorum_is_alive_and_not_ready()
    {
        var ports = Ports.Free(7);
        var directory = Directory.CreateTempSubdirectory("kv-compat-");
        var monitoring = $"http://127.0.0.1:{ports[6]}";
        var initial = string.Join(',', Enumerable.Range(1, 3).Select(i => $"n{i}=http://127.0.0.1:{ports[2 + i]}"));
        using var node = new Node(
            "n1", directory.FullName, "http", ports[0], ports[3], initial,
            "--listen-metrics-urls", monitoring, "--heartbeat-interval", "20", "--election-timeout", "200");
        node.Start();
        await Eventually.Holds(
            async () =>
            {
                try
                {
                    return (await AskAsync($"{monitoring}/livez")).Status == HttpStatusCode.OK;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the metrics port is open");

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, """{"health":"false","reason":"RAFT NO LEADER"}""" + "\n"),
            await AskAsync($"{monitoring}/health"));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync($"{monitoring}/health?serializable=true")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync($"{monitoring}/readyz?exclude=linearizable_read")).Status);
        var (status, lines) = await AskAsync($"{monitoring}/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("[+]data_corruption ok\n[+]serializable_read ok\n[-]linearizable_read failed: ", lines, StringComparison.Ordinal);
        Assert.Contains("etcd_server_has_leader 0", (await AskAsync($"{monitoring}/metrics")).Body, StringComparison.Ordinal);
        node.Kill();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Debug_vars_tell_of_the_process_and_of_raft()
    {
        using var cluster = await TestCluster.StartAsync(3);
        var documents = await Task.WhenAll(cluster.Nodes.Select(
            async node => JsonDocument.Parse(await _http.GetStringAsync($"{node.ClientUrl}/debug/vars")).RootElement));
        foreach (var document in documents)
        {
            Assert.Contains("--name", document.GetProperty("cmdline").EnumerateArray().Select(a => a.GetString()));
            Assert.True(document.GetProperty("memstats").GetProperty("HeapAlloc").GetInt64() > 0);
            Assert.NotEqual("0", document.GetProperty("raft.status").GetProperty("lead").GetString());
        }

        var leader = documents.Single(
            d => d.GetProperty("raft.status").GetProperty("raftState").GetString() == "StateLeader");
        Assert.NotEmpty(leader.GetProperty("raft.status").GetProperty("progress").EnumerateObject());
    }

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(string url)
    {
        using var answer = await _http.GetAsync(url);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
