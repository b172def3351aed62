// Discovery in all its forms: kvnode as the registry and as its client, with real etcd on the other side.
using Compat.Harness;
using Xunit;

namespace Compat;

public sealed class DiscoveryTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kv-discovery-");
    private readonly HttpClient _http = new();
    private readonly List<ServerProcess> _processes = [];

    public void Dispose()
    {
        _processes.ForEach(process => process.Dispose());
        _http.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Three_nodes_meet_through_any_node_and_a_fourth_is_told_that_the_cluster_is_full()
    {
        // No flag turns the registry on, and nothing else of the v2 API is there.
        var registry = await StartRegistryAsync(Tools.KvNode);
        var url = await _http.GetStringAsync($"{registry}/new?size=3");
        Assert.StartsWith($"{registry}/v2/keys/_etcd/registry/", url, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await _http.GetAsync($"{registry}/v2/keys/other")).StatusCode);

        await AssertMeetAsync(Tools.KvNode, 3, ["--discovery", url]);

        var fourth = Start(Tools.KvNode, "n4", ["--discovery", url]).Process;
        Assert.Equal(1, await fourth.WhenExitedAsync());
        Assert.Contains("discovery: cluster is full: the 3 members of", Last(fourth), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_was_stopped_while_it_waited_keeps_its_place()
    {
        var registry = await StartRegistryAsync(Tools.KvNode);
        var url = await _http.GetStringAsync($"{registry}/new?size=2");
        var (first, again) = Start(Tools.KvNode, "n1", ["--discovery", url]);
        await Eventually.Holds(
            () => Task.FromResult(first.Log.Contains("waiting for 1 of 2 members", StringComparison.Ordinal)), "n1 waits");
        first.Kill();
        again();
        Start(Tools.KvNode, "n2", ["--discovery", url]);
        await _processes[^2].WhenReadyAsync();

        // It knows its cluster now; the registry is not asked any more.
        _processes[0].Kill();
        _processes[^2].Kill();
        again();
        await Eventually.Holds(
            () => Task.FromResult(_processes[^1].Log.Contains("discovery is not used", StringComparison.Ordinal)), "n1 remembers");
        await _processes[^1].WhenReadyAsync();
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/v2/keys/_etcd/registry/t", "discovery: too many retries: http://127.0.0.1:9", "--discovery-patience", "1s")]
    [InlineData("{registry}/v2/keys/_etcd/registry/none", "discovery: size key not found: ")]
    [InlineData("{registry}/v2/keys/_etcd/registry/words", "has a size of \"many\"; expected a number of members")]
    [InlineData("{registry}/v2/keys/_etcd/registry/zero", "has a size of \"0\"")]
    [InlineData("{registry}/v2/keys/_etcd/registry/junk", "holds a registration that makes no sense")]
    [InlineData("{registry}/health", "discovery: size key not found: ")]
    [InlineData("nowhere", "invalid value \"nowhere\" for --discovery")]
    [InlineData("{registry}/x", "Choose one of --initial-cluster, --discovery", "--initial-cluster", "n1=http://127.0.0.1:1")]
    public async Task What_is_wrong_ends_the_start_in_one_line(string url, string message, params string[] more)
    {
        var registry = await StartRegistryAsync(Tools.KvNode);
        await PutAsync(registry, "words/_config/size", "many");
        await PutAsync(registry, "zero/_config/size", "0");
        await PutAsync(registry, "junk/_config/size", "2");
        await PutAsync(registry, "junk/1234", "no url");

        var process = Start(
            Tools.KvNode, "n1", ["--discovery", url.Replace("{registry}", registry, StringComparison.Ordinal), .. more]).Process;

        Assert.Equal(1, await process.WhenExitedAsync());
        Assert.Contains(message, Last(process), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("size=many")]
    [InlineData("size=0")]
    [InlineData("size=-1")]
    [InlineData("size=1001")]
    public async Task A_size_that_is_none_makes_no_token(string query)
    {
        var registry = await StartRegistryAsync(Tools.KvNode);
        using var answer = await _http.GetAsync($"{registry}/new?{query}");
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("from 1 to 1000", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_can_be_turned_off()
    {
        var registry = await StartRegistryAsync(Tools.KvNode, "--discovery-service=false");
        foreach (var path in new[] { "/new?size=3", "/v2/keys/_etcd/registry" })
        {
            Assert.Equal(System.Net.HttpStatusCode.NotFound, (await _http.GetAsync(registry + path)).StatusCode);
        }
    }

    [Fact]
    public async Task Real_etcd_members_meet_through_kvnode()
    {
        var registry = await StartRegistryAsync(Tools.KvNode);
        var url = await _http.GetStringAsync($"{registry}/new?size=3");

        await AssertMeetAsync(Tools.Etcd, 3, ["--discovery", url]);
    }

    [Fact]
    public async Task Nodes_meet_through_a_real_etcds_v2_registry()
    {
        var registry = await StartRegistryAsync(Tools.Etcd, "--enable-v2");
        await PutAsync(registry, "token/_config/size", "2");

        await AssertMeetAsync(Tools.KvNode, 2, ["--discovery", $"{registry}/v2/keys/_etcd/registry/token"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nodes_meet_through_a_v3_registry(bool isEtcd)
    {
        var registry = await StartRegistryAsync(isEtcd ? Tools.Etcd : Tools.KvNode);
        await EtcdCtl.RunAsync(registry, "put", "/_etcd/registry/token/_config/size", "2");
        string[] way =
        [
            "--discovery-token", "token", "--discovery-endpoints", $"127.0.0.1:9,{new Uri(registry).Authority}",
            "--discovery-dial-timeout", "1s",
        ];

        await AssertMeetAsync(Tools.KvNode, 2, way);

        var third = Start(Tools.KvNode, "n3", way).Process;
        Assert.Equal(1, await third.WhenExitedAsync());
        Assert.Contains("discovery: cluster is full", Last(third), StringComparison.Ordinal);
        Assert.Contains("n1=http://", await EtcdCtl.RunAsync(registry, "get", "--prefix", "/_etcd/registry/token/members/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_v3_registry_is_reached_over_tls_as_a_user_would()
    {
        using var ca = new TestCertificates(_directory.FullName);
        var node = ca.IssueNode("node");
        var user = ca.Issue("user", "user", []);
        using var registry = TestCluster.PlanSecure(1, TestCertificates.Flags(node.Certificate, node.Key, ca.AuthorityFile));
        await registry.StartAllAsync();
        string[] identity = ["--cacert", ca.AuthorityFile, "--cert", user.Certificate, "--key", user.Key];
        await EtcdCtl.RunAsync(registry.Endpoints, [.. identity, "put", "/_etcd/registry/t/_config/size", "1"]);
        string[] way = ["--discovery-token", "t", "--discovery-endpoints", registry.Endpoints, "--discovery-patience", "1s"];

        var refused = Start(Tools.KvNode, "n1", way).Process;
        Assert.Equal(1, await refused.WhenExitedAsync());
        await AssertMeetAsync(Tools.KvNode, 1,
        [
            .. way, "--discovery-cacert", ca.AuthorityFile, "--discovery-cert", user.Certificate, "--discovery-key", user.Key,
        ]);
    }

    private static string Last(ServerProcess process) => process.Log.Split('\n')[^1];

    private async Task<string> StartRegistryAsync(string program, params string[] flags)
    {
        var ports = Ports.Free(2);
        var url = $"http://127.0.0.1:{ports[0]}";
        var process = ServerProcess.Start(program,
        [
            "--data-dir", Path.Combine(_directory.FullName, $"registry{_processes.Count}"), "--listen-client-urls", url,
            "--advertise-client-urls", url, "--listen-peer-urls", $"http://127.0.0.1:{ports[1]}", .. flags,
        ]);
        _processes.Add(process);
        await process.WhenReadyAsync();
        return url;
    }

    private async Task PutAsync(string registry, string path, string value)
    {
        using var form = new FormUrlEncodedContent([new("value", value)]);
        (await _http.PutAsync($"{registry}/v2/keys/_etcd/registry/{path}", form)).EnsureSuccessStatusCode();
    }

    private (ServerProcess Process, Action Again) Start(string program, string name, string[] way)
    {
        var ports = Ports.Free(2);
        var (client, peer) = ($"http://127.0.0.1:{ports[0]}", $"http://127.0.0.1:{ports[1]}");
        string[] flags =
        [
            "--name", name, "--data-dir", Path.Combine(_directory.FullName, name), "--listen-client-urls", client,
            "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, .. way,
        ];
        Again();
        return (_processes[^1], Again);

        void Again() => _processes.Add(ServerProcess.Start(program, flags));
    }

    /// <summary>Starts so many members; they become one cluster, whose members have the names given.</summary>
    private async Task AssertMeetAsync(string program, int count, string[] way)
    {
        var names = Enumerable.Range(1, count).Select(i => $"n{i}").ToArray();
        var members = names.Select(name => Start(program, name, way).Process).ToArray();
        foreach (var member in members)
        {
            await member.WhenReadyAsync(TimeSpan.FromMinutes(1));
        }

        var url = System.Text.RegularExpressions.Regex.Match(
            await File.ReadAllTextAsync($"/proc/{members[0].Pid}/cmdline"), "--listen-client-urls\0(http://[^\0]+)").Groups[1].Value;
        await Eventually.Holds(
            async () => (await Membership.ListAsync(url)).Select(row => row.Name).Order().SequenceEqual(names), "all are members");
    }
}
