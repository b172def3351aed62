// Authentication on a cluster: tokens are good on every member, users outlive restarts and move between kvnode and
// etcd, names come from certificates, and a storm of logins does not starve the others.
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>Users and tokens of whole clusters, with etcdctl and over JSON.</summary>
public sealed class AuthClusterTests : IDisposable
{
    private const string Put = """{"key":"YQ==","value":"YQ=="}""";

    private readonly string _directory = Directory.CreateTempSubdirectory("kv-auth-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_token_is_good_on_every_member_until_the_password_changes()
    {
        using var cluster = await TestCluster.StartAsync(3);
        await EnableAsync(cluster.Nodes[0].ClientUrl);
        var token = await LoginAsync(cluster.Nodes[0], "ann:pw");
        foreach (var node in cluster.Nodes)
        {
            // At once: a member that is behind waits until it has caught up with the token.
            Assert.Equal("", await ErrorAsync(node, token));
        }

        // A member that was restarted has forgotten it; clients log in again when they are told so.
        cluster.Nodes[1].Kill();
        await cluster.Nodes[1].Start().WhenReadyAsync();
        Assert.Equal("etcdserver: invalid auth token", await ErrorAsync(cluster.Nodes[1], token));
        Assert.Equal("", await ErrorAsync(cluster.Nodes[2], token));
        await EtcdCtl.RunAsync(cluster.Endpoints, "put", "a", "1", "--user", "ann:pw");

        await EtcdCtl.TryWithInputAsync(cluster.Endpoints, "new\n", "user", "passwd", "ann", "--interactive=false", "--user", "root:rp");
        Assert.Equal("etcdserver: invalid auth token", await ErrorAsync(cluster.Nodes[0], token));
        Assert.Equal("etcdserver: invalid auth token", await ErrorAsync(cluster.Nodes[2], token));

        // Users, roles and that they matter outlive everything.
        foreach (var node in cluster.Nodes)
        {
            node.Kill();
        }

        await cluster.StartAllAsync();
        Assert.Equal("etcdserver: user name is empty", await ErrorAsync(cluster.Nodes[0], null));
        await EtcdCtl.RunAsync(cluster.Endpoints, "put", "a", "2", "--user", "ann:new");
        Assert.Contains("permission denied", (await EtcdCtl.TryAsync(cluster.Endpoints, "put", "q", "2", "--user", "ann:new")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_simple_token_ends_when_it_is_not_used()
    {
        using var cluster = await TestCluster.StartAsync(1, "--auth-token-ttl", "1");
        await EnableAsync(cluster.Nodes[0].ClientUrl);
        var token = await LoginAsync(cluster.Nodes[0], "ann:pw");
        Assert.Equal("", await ErrorAsync(cluster.Nodes[0], token));
        var unused = Stopwatch.StartNew();
        var error = "";
        while (error.Length == 0 && unused.Elapsed < TimeSpan.FromSeconds(30))
        {
            // Each look uses it: it must be left alone for longer than its time.
            await Task.Delay(TimeSpan.FromSeconds(1.2));
            error = await ErrorAsync(cluster.Nodes[0], token);
        }

        Assert.Equal("etcdserver: invalid auth token", error);
    }

    [Fact]
    public async Task Signed_tokens_need_no_memory_and_end_with_the_users_they_know()
    {
        var (own, known) = (Path.Combine(_directory, "jwt.key"), Path.Combine(_directory, "jwt.pub"));
        using (var key = RSA.Create(2048))
        {
            await File.WriteAllTextAsync(own, key.ExportPkcs8PrivateKeyPem());
            await File.WriteAllTextAsync(known, key.ExportSubjectPublicKeyInfoPem());
        }

        using var cluster = await TestCluster.StartAsync(3, "--auth-token", $"jwt,sign-method=RS256,priv-key={own},pub-key={known},ttl=10m");
        await EnableAsync(cluster.Nodes[0].ClientUrl);
        var token = await LoginAsync(cluster.Nodes[0], "ann:pw");
        Assert.Equal(3, token.Split('.').Length);
        foreach (var node in cluster.Nodes)
        {
            node.Kill();
        }

        await cluster.StartAllAsync();
        foreach (var node in cluster.Nodes)
        {
            Assert.Equal("", await ErrorAsync(node, token));
        }

        await EtcdCtl.RunAsync(cluster.Endpoints, "role", "add", "another", "--user", "root:rp");
        Assert.Equal("etcdserver: revision of auth store is old", await ErrorAsync(cluster.Nodes[0], token));
        Assert.Equal("", await ErrorAsync(cluster.Nodes[0], await LoginAsync(cluster.Nodes[1], "ann:pw")));
        Assert.Equal("etcdserver: invalid auth token", await ErrorAsync(cluster.Nodes[0], token[..^4] + "AAAA"));
        await EtcdCtl.RunAsync(cluster.Endpoints, "put", "a", "1", "--user", "ann:pw");
    }

    [Fact]
    public async Task A_certificates_name_is_a_users()
    {
        using var ca = new TestCertificates(_directory);
        var node = ca.IssueNode("node");
        using var cluster = TestCluster.PlanSecure(
            1, "--cert-file", node.Certificate, "--key-file", node.Key, "--trusted-ca-file", ca.AuthorityFile, "--client-cert-auth",
            "--peer-auto-tls");
        await cluster.StartAllAsync();
        var url = cluster.Nodes[0].ClientUrl;
        var plain = Certificate(ca.Issue("plain", "", []));
        await EtcdCtl.RunAsync(url, ["user", "add", "ann", "--no-password", .. plain]);
        await EtcdCtl.RunAsync(url, ["user", "add", "root:rp", .. plain]);
        await EtcdCtl.RunAsync(url, ["user", "grant-role", "root", "root", .. plain]);
        await EtcdCtl.RunAsync(url, ["role", "add", "r", .. plain]);
        await EtcdCtl.RunAsync(url, ["role", "grant-permission", "r", "readwrite", "a", .. plain]);
        await EtcdCtl.RunAsync(url, ["user", "grant-role", "ann", "r", .. plain]);
        await EtcdCtl.RunAsync(url, ["auth", "enable", .. plain]);

        var ann = Certificate(ca.Issue("ann", "ann", []));
        await EtcdCtl.RunAsync(url, ["put", "a", "1", .. ann]);
        Assert.Equal("a\n1\n", await EtcdCtl.RunAsync(url, ["get", "a", .. ann]));
        Assert.Contains("permission denied", (await EtcdCtl.TryAsync(url, ["put", "q", "1", .. ann])).Error, StringComparison.Ordinal);
        Assert.Contains("user name is empty", (await EtcdCtl.TryAsync(url, ["put", "a", "1", .. plain])).Error, StringComparison.Ordinal);
        var stranger = Certificate(ca.Issue("stranger", "stranger", []));
        Assert.Contains("permission denied", (await EtcdCtl.TryAsync(url, ["put", "a", "1", .. stranger])).Error, StringComparison.Ordinal);

        // Who says who he is is that, whatever his certificate is called.
        await EtcdCtl.RunAsync(url, ["put", "q", "1", "--user", "root:rp", .. ann]);

        // Through the gateway a name is nobody's.
        var issued = ca.Issue("ann", "ann", []);
        var answer = await Command.RunAsync(
            "curl", "-s", "--cacert", ca.AuthorityFile, "--cert", issued.Certificate, "--key", issued.Key, "-d", Put, $"{url}/v3/kv/put");
        Assert.Contains("common name", (string)JsonNode.Parse(answer)!["message"]!, StringComparison.Ordinal);

        string[] Certificate(Issued one) => ["--cacert", ca.AuthorityFile, "--cert", one.Certificate, "--key", one.Key];
    }

    [Fact]
    public async Task Users_move_to_etcd_and_back()
    {
        using (var source = await SingleServer.StartAsync(Tools.KvNode, In("kv")))
        {
            await EnableAsync(source.Url);
            await EtcdCtl.RunAsync(source.Url, "put", "a", "1", "--user", "ann:pw");
            await EtcdCtl.RunAsync(source.Url, "snapshot", "save", In("kv.db"), "--user", "root:rp");
        }

        await Command.RunAsync(Tools.EtcdUtl, "snapshot", "restore", In("kv.db"), "--data-dir", In("etcd"));
        using (var etcd = await SingleServer.StartAsync(Tools.Etcd, In("etcd")))
        {
            await AssertUsersAsync(etcd.Url);
            await EtcdCtl.RunAsync(etcd.Url, "snapshot", "save", In("etcd.db"), "--user", "root:rp");
        }

        await Command.RunAsync(Tools.KvNode, "snapshot", "restore", In("etcd.db"), "--data-dir", In("back"));
        using var back = await SingleServer.StartAsync(Tools.KvNode, In("back"));
        await AssertUsersAsync(back.Url);
    }

    private static async Task AssertUsersAsync(string url)
    {
        Assert.Equal("a\n1\n", await EtcdCtl.RunAsync(url, "get", "a", "--user", "ann:pw"));
        Assert.Contains("permission denied", (await EtcdCtl.TryAsync(url, "get", "q", "--user", "ann:pw")).Error, StringComparison.Ordinal);
        Assert.Contains("user name is empty", (await EtcdCtl.TryAsync(url, "get", "a")).Error, StringComparison.Ordinal);
        Assert.Contains("Role r", await EtcdCtl.RunAsync(url, "role", "get", "r", "--user", "root:rp"), StringComparison.Ordinal);
    }

    /// <summary>Root may do everything, ann may read and write a.</summary>
    private static async Task EnableAsync(string url)
    {
        await EtcdCtl.RunAsync(url, "user", "add", "root:rp");
        await EtcdCtl.RunAsync(url, "user", "grant-role", "root", "root");
        await EtcdCtl.RunAsync(url, "user", "add", "ann:pw");
        await EtcdCtl.RunAsync(url, "role", "add", "r");
        await EtcdCtl.RunAsync(url, "role", "grant-permission", "r", "readwrite", "a");
        await EtcdCtl.RunAsync(url, "user", "grant-role", "ann", "r");
        await EtcdCtl.RunAsync(url, "auth", "enable");
    }

    private static async Task<string> LoginAsync(Node node, string user)
    {
        using var client = new JsonClient(node.ClientUrl);
        var parts = user.Split(':');
        var reply = await client.PostAsync("/v3/auth/authenticate", $$"""{"name":"{{parts[0]}}","password":"{{parts[1]}}"}""");
        return (string)reply.Body["token"]!;
    }

    /// <summary>What a put with this token is refused with; empty if it is not.</summary>
    private static async Task<string> ErrorAsync(Node node, string? token)
    {
        using var client = new JsonClient(node.ClientUrl);
        client.UseToken(token);
        return (string?)(await client.PostAsync("/v3/kv/put", Put)).Body["message"] ?? "";
    }

    private string In(string name) => Path.Combine(_directory, name);
}
