// Clusters of hosts with addresses of their own: the walk of the article this project began with, and members
// found in DNS.
using Compat.Harness;
using Xunit;

namespace Compat;

[Collection(nameof(TestHosts))]
public sealed class HostsTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kv-hosts-");
    private readonly List<ServerProcess> _processes = [];

    public void Dispose()
    {
        StopAll();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Three_hosts_become_a_cluster_from_user_data_and_a_token()
    {
        using var hosts = await TestHosts.MakeAsync(4);
        try
        {
            var registry = $"http://{TestHosts.BridgeAddress}:{Ports.FreeOne()}";
            await StartAsync(ServerProcess.Start(Tools.KvNode,
            [
                "--data-dir", In("registry"), "--listen-client-urls", registry, "--advertise-client-urls", registry,
                "--listen-peer-urls", "http://127.0.0.1:0",
            ]));
            var rendered = await Command.RunAsync(
                Path.Combine(Tools.Scripts, "new-cluster-config.sh"), "-o", In("rendered"), "-s", registry, "core-01", "core-02", "core-03");
            Assert.Contains("kvnode.service", rendered, StringComparison.Ordinal);
            var members = Enumerable.Range(0, 3).Select(i => Boot(hosts, i, $"core-0{i + 1}")).ToArray();
            foreach (var member in members)
            {
                await member.WhenReadyAsync(TimeSpan.FromMinutes(1));
            }

            var list = await Programs.RunAsync(
                Tools.EtcdCtl, new Dictionary<string, string> { ["ETCDCTL_API"] = "2" },
                "--peers", $"http://{TestHosts.AddressOf(0)}:2379", "member", "list");
            Assert.True(list.ExitCode == 0, list.Error);
            for (var i = 0; i < 3; i++)
            {
                var address = TestHosts.AddressOf(i);
                Assert.Matches(
                    $"(?m)^[0-9a-f]+: name=core-0{i + 1} peerURLs=http://{address}:2380 clientURLs=http://{address}:2379 isLeader=(true|false)$",
                    list.Output);
            }

            // One too many, with the user-data of the third.
            var fourth = Boot(hosts, 3, "core-03");
            Assert.Equal(1, await fourth.WhenExitedAsync());
            Assert.Contains("discovery: cluster is full: the 3 members of", fourth.Log, StringComparison.Ordinal);
        }
        finally
        {
            StopAll();
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("blue", "-blue")]
    public async Task Members_are_found_in_dns(string name, string suffix)
    {
        using var hosts = await TestHosts.MakeAsync(3);
        try
        {
            await StartAsync(ServerProcess.Start(Tools.Python,
            [
                Path.Combine(Tools.Scripts, "../tests/Compat/dns.py"), TestHosts.BridgeAddress,
                .. Enumerable.Range(0, 3).SelectMany(i => new[]
                {
                    $"h{i}.kv.test={TestHosts.AddressOf(i)}", $"_etcd-server{suffix}._tcp.kv.test=h{i}.kv.test:2380",
                }),
            ]));
            string[] way = ["--discovery-srv", "kv.test", "--discovery-srv-name", name];
            var members = Enumerable.Range(0, 3).Select(i => Member(hosts, i, $"http://h{i}.kv.test:2380", way)).ToArray();
            foreach (var member in members)
            {
                await member.WhenReadyAsync(TimeSpan.FromMinutes(1));
            }

            var list = await Membership.ListAsync($"http://{TestHosts.AddressOf(1)}:2379");
            Assert.Equal(["n0", "n1", "n2"], list.Select(row => row.Name).Order());
            Assert.Equal(
                ["http://h0.kv.test:2380", "http://h1.kv.test:2380", "http://h2.kv.test:2380"], list.Select(row => row.PeerUrls).Order());
        }
        finally
        {
            StopAll();
        }
    }

    [Fact]
    public async Task A_domain_without_members_or_without_this_one_ends_the_start()
    {
        using var hosts = await TestHosts.MakeAsync(1);
        try
        {
            await StartAsync(ServerProcess.Start(Tools.Python,
            [
                Path.Combine(Tools.Scripts, "../tests/Compat/dns.py"), TestHosts.BridgeAddress,
                "h9.kv.test=172.17.8.109", "_etcd-server._tcp.kv.test=h9.kv.test:2380",
            ]));
            var stranger = Member(hosts, 0, $"http://{TestHosts.AddressOf(0)}:2380", ["--discovery-srv", "kv.test"]);
            Assert.Equal(1, await stranger.WhenExitedAsync());
            Assert.Contains("this member is not in the SRV records of kv.test", stranger.Log, StringComparison.Ordinal);
            var lost = Member(hosts, 0, $"http://{TestHosts.AddressOf(0)}:2380", ["--discovery-srv", "none.test"]);
            Assert.Equal(1, await lost.WhenExitedAsync());
            Assert.Contains("error querying DNS SRV records for the none.test domain", lost.Log, StringComparison.Ordinal);
        }
        finally
        {
            StopAll();
        }
    }

    /// <summary>Before the hosts they run on go.</summary>
    private void StopAll()
    {
        _processes.ForEach(process => process.Dispose());
        _processes.Clear();
    }

    private string In(string name) => Path.Combine(_directory.FullName, name);

    private Task StartAsync(ServerProcess process)
    {
        _processes.Add(process);
        return process.WhenReadyAsync();
    }

    /// <summary>Starts what a machine starts with its user-data; only the place of the data differs, since
    /// the hosts share one file system.</summary>
    private ServerProcess Boot(TestHosts hosts, int host, string name)
    {
        var file = In($"host{host}.user-data");
        File.WriteAllText(file, File.ReadAllText(In($"rendered/{name}.user-data"))
            .Replace("/var/lib/kvnode/data", In($"data{host}"), StringComparison.Ordinal) + "  enable-v2: true\n");
        _processes.Add(hosts.Start(host, Tools.KvNode, ["--cloud-config", file]));
        return _processes[^1];
    }

    private ServerProcess Member(TestHosts hosts, int host, string peerUrl, string[] way)
    {
        hosts.ResolveWith(host, $"nameserver {TestHosts.BridgeAddress}\n");
        var address = TestHosts.AddressOf(host);
        _processes.Add(hosts.Start(host, Tools.KvNode,
        [
            "--name", $"n{host}", "--data-dir", In($"srv{host}"), "--listen-client-urls", $"http://{address}:2379",
            "--advertise-client-urls", $"http://{address}:2379", "--listen-peer-urls", $"http://{address}:2380",
            "--initial-advertise-peer-urls", peerUrl, .. way,
        ]));
        return _processes[^1];
    }
}
