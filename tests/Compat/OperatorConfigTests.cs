// The ways operators start etcd (etcd-facts §4.8), with nothing changed but the name of the program.
using Compat.Harness;
using Xunit;

namespace Compat;

public sealed class OperatorConfigTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kv-operator-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_environment_of_etcds_unit_file()
    {
        var ports = Ports.Free(2);
        var url = $"http://127.0.0.1:{ports[0]}";
        using var node = ServerProcess.Start(Tools.KvNode, [], new Dictionary<string, string>
        {
            ["ETCD_DATA_DIR"] = In("data"),
            ["ETCD_NAME"] = "machine",
            ["ETCD_LISTEN_CLIENT_URLS"] = url,
            ["ETCD_ADVERTISE_CLIENT_URLS"] = url,
            ["ETCD_LISTEN_PEER_URLS"] = $"http://127.0.0.1:{ports[1]}",
        });
        await node.WhenReadyAsync();
        Assert.Contains(", machine, ", await EtcdCtl.RunAsync(url, "member", "list"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--experimental-initial-corrupt-check=true", "--experimental-watch-progress-notify-interval=5s")]
    [InlineData("--feature-gates=InitialCorruptCheck=true", "--watch-progress-notify-interval=5s")]
    public async Task A_static_pod_of_kubeadm(params string[] byRelease)
    {
        using var ca = new TestCertificates(_directory);
        var server = ca.IssueNode("server");
        var health = ca.Issue("healthcheck-client", "kube-etcd-healthcheck-client", []);
        var ports = Ports.Free(3);
        var (client, peer, metrics) = ($"https://127.0.0.1:{ports[0]}", $"https://127.0.0.1:{ports[1]}", $"http://127.0.0.1:{ports[2]}");
        using var node = ServerProcess.Start(Tools.KvNode,
        [
            $"--advertise-client-urls={client}", $"--cert-file={server.Certificate}", "--client-cert-auth=true",
            $"--data-dir={In("etcd")}", $"--initial-advertise-peer-urls={peer}", $"--initial-cluster=control-plane={peer}",
            $"--key-file={server.Key}", $"--listen-client-urls={client}", $"--listen-metrics-urls={metrics}",
            $"--listen-peer-urls={peer}", "--name=control-plane", $"--peer-cert-file={server.Certificate}",
            "--peer-client-cert-auth=true", $"--peer-key-file={server.Key}", $"--peer-trusted-ca-file={ca.AuthorityFile}",
            "--snapshot-count=10000", $"--trusted-ca-file={ca.AuthorityFile}", .. byRelease,
        ]);
        await node.WhenReadyAsync();

        // The pod's probes, and kubeadm's own check.
        using var http = new HttpClient();
        Assert.Equal("ok\n", await http.GetStringAsync($"{metrics}/livez"));
        Assert.Equal("ok\n", await http.GetStringAsync($"{metrics}/readyz"));
        var probe = await EtcdCtl.TryAsync(
            client, "--cacert", ca.AuthorityFile, "--cert", health.Certificate, "--key", health.Key, "endpoint", "health");
        Assert.Contains("is healthy", probe.Output + probe.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("has no effect", node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_of_a_helm_chart()
    {
        var ports = Ports.Free(2);
        var (client, peer) = ($"http://127.0.0.1:{ports[0]}", $"http://127.0.0.1:{ports[1]}");
        using var node = ServerProcess.Start(Tools.KvNode, [], new Dictionary<string, string>
        {
            ["ALLOW_NONE_AUTHENTICATION"] = "yes",
            ["ETCD_ON_K8S"] = "yes",
            ["ETCD_START_FROM_SNAPSHOT"] = "no",
            ["ETCD_DISASTER_RECOVERY"] = "no",
            ["ETCD_NAME"] = "etcd-0",
            ["ETCD_DATA_DIR"] = In("data"),
            ["ETCD_LOG_LEVEL"] = "info",
            ["ETCD_LISTEN_CLIENT_URLS"] = client,
            ["ETCD_ADVERTISE_CLIENT_URLS"] = client,
            ["ETCD_LISTEN_PEER_URLS"] = peer,
            ["ETCD_INITIAL_ADVERTISE_PEER_URLS"] = peer,
            ["ETCD_INITIAL_CLUSTER_TOKEN"] = "etcd-cluster-k8s",
            ["ETCD_INITIAL_CLUSTER_STATE"] = "new",
            ["ETCD_INITIAL_CLUSTER"] = $"etcd-0={peer}",
            ["ETCD_AUTO_COMPACTION_MODE"] = "periodic",
            ["ETCD_AUTO_COMPACTION_RETENTION"] = "8h",
            ["ETCD_QUOTA_BACKEND_BYTES"] = "4294967296",
        });
        await node.WhenReadyAsync();
        await EtcdCtl.RunAsync(client, "put", "k", "v");
        Assert.Contains("unrecognized environment variable ETCD_ON_K8S", node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_has_ports_of_its_own_if_asked_for()
    {
        var http = $"http://127.0.0.1:{Ports.FreeOne()}";
        using var cluster = await TestCluster.StartAsync(1, "--listen-client-http-urls", http);
        var grpc = cluster.Nodes[0].ClientUrl;
        using var client = new HttpClient();
        await EtcdCtl.RunAsync(grpc, "put", "k", "v");
        Assert.Contains("\"health\":\"true\"", await client.GetStringAsync($"{http}/health"), StringComparison.Ordinal);
        using (var range = await client.PostAsync($"{http}/v3/kv/range", new StringContent("{\"key\":\"aw==\"}")))
        {
            Assert.Contains("\"value\":\"dg==\"", await range.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await client.GetAsync($"{grpc}/health")).StatusCode);
        Assert.NotEqual(0, (await EtcdCtl.TryAsync(http, "get", "k", "--command-timeout=2s")).ExitCode);
    }

    [Fact]
    public async Task The_log_goes_where_it_is_told_to()
    {
        var (one, other) = (In("one.log"), In("other.log"));
        using var cluster = await TestCluster.StartAsync(1, "--log-outputs", $"stderr,{one},{other}");
        Assert.Contains("ready to serve client requests", await File.ReadAllTextAsync(one), StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllTextAsync(one), await File.ReadAllTextAsync(other));

        using var refused = ServerProcess.Start(Tools.KvNode, ["--data-dir", In("x"), "--log-outputs", In("no/such/file")]);
        Assert.Equal(1, await refused.WhenExitedAsync());
        Assert.Contains("--log-outputs", refused.Log.Split('\n')[^1], StringComparison.Ordinal);
    }

    private string In(string name) => Path.Combine(_directory, name);
}
