// TLS on both ports: who is let in and what the others are told, certificates that are replaced while the
// cluster works, and certificates the node makes for itself.
using System.Net.Security;
using System.Net.Sockets;
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>TLS, with curl, openssl and etcdctl.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kv-tls-").FullName;
    private readonly TestCertificates _ca;

    public TlsTests() => _ca = new TestCertificates(_directory);

    public void Dispose()
    {
        _ca.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Certificates_are_replaced_twice_and_no_write_fails()
    {
        var node = _ca.IssueNode("node");
        var bundle = Path.Combine(_directory, "bundle.pem");
        File.Copy(_ca.AuthorityFile, bundle);
        using var user = _ca.Issue("user", "user", []).Load();
        using var cluster = TestCluster.PlanSecure(3, TestCertificates.Flags(node.Certificate, node.Key, bundle));
        await cluster.StartAllAsync();
        using var newer = new TestCertificates(_directory, "newer");
        var writer = new Writer([.. cluster.Nodes.Select(n => n.ClientUrl)], "k/", transport: () => new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [user],
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            },
        });
        await using (writer)
        {
            await writer.WaitForMoreAsync(50);
            await AssertShows(cluster, _ca.IssueNode("node").Serial);
            await writer.WaitForMoreAsync(50);

            // Now from another authority, which is trusted beside the first.
            await File.WriteAllTextAsync(
                bundle, await File.ReadAllTextAsync(_ca.AuthorityFile) + await File.ReadAllTextAsync(newer.AuthorityFile));
            await AssertShows(cluster, newer.IssueNode("node").Serial);
            await writer.WaitForMoreAsync(50);
        }

        Assert.Equal(0, writer.Failures);
        foreach (var member in cluster.Nodes)
        {
            member.Kill();
            await member.Start().WhenReadyAsync();
        }

        await EtcdCtl.RunAsync(
            cluster.Endpoints, [.. Identity(newer.AuthorityFile, newer.Issue("other", "other", [])), "put", "k", "v"]);
    }

    [Fact]
    public async Task A_half_replaced_certificate_changes_nothing()
    {
        var node = _ca.IssueNode("node");
        var user = _ca.Issue("user", "user", []);
        using var cluster = TestCluster.PlanSecure(1, TestCertificates.Flags(node.Certificate, node.Key, _ca.AuthorityFile));
        await cluster.StartAllAsync();
        var other = _ca.IssueNode("other");

        File.Copy(other.Certificate, node.Certificate, overwrite: true);
        await AssertShows(cluster, node.Serial);
        Assert.Contains("the ones before stay in use: --key-file", cluster.Nodes[0].Process!.Log, StringComparison.Ordinal);

        File.Copy(other.Key, node.Key, overwrite: true);
        await AssertShows(cluster, other.Serial);
        await EtcdCtl.RunAsync(cluster.Endpoints, [.. Identity(_ca.AuthorityFile, user), "put", "k", "v"]);
    }

    [Fact]
    public async Task Only_good_client_certificates_are_let_in()
    {
        var node = _ca.IssueNode("node");
        using var stranger = new TestCertificates(_directory, "stranger");
        var revoked = _ca.Issue("revoked", "user", []);
        var crl = _ca.Revoke("crl.pem", revoked);
        using var cluster = TestCluster.PlanSecure(1,
        [
            .. TestCertificates.Flags(node.Certificate, node.Key, _ca.AuthorityFile),
            "--client-crl-file", crl, "--client-cert-allowed-cn", "user,admin",
        ]);
        await cluster.StartAllAsync();
        var url = cluster.Nodes[0].ClientUrl;
        var log = () => cluster.Nodes[0].Process!.Log;

        // Both protocols, told apart by ALPN, with the same certificate.
        foreach (var version in new[] { "--http1.1", "--http2" })
        {
            Assert.Equal(0, (await GetAsync(url, _ca.Issue("user", "user", []), version)).ExitCode);
        }

        await AssertRefused(null, "it shows no certificate");
        await AssertRefused(stranger.Issue("s", "user", []), "unable to get local issuer certificate");
        await AssertRefused(_ca.Issue("old", "user", [], daysLeft: -1), "certificate has expired");
        await AssertRefused(revoked, "is revoked");
        await AssertRefused(_ca.Issue("u", "mallory", []), "its common name \"mallory\" is not allowed");
        await AssertRefused(_ca.Issue("s2", "user", [], forClients: false), "its extended key usage does not allow this use");
        await AssertRefused(_ca.Issue("a", "user", ["192.0.2.7"]), "for other hosts than its address");

        // Revoked from now on: the list is read again, too.
        var later = _ca.Issue("later", "admin", ["localhost"]);
        Assert.Equal(0, (await GetAsync(url, later)).ExitCode);
        _ca.Revoke("crl.pem", revoked, later);
        await AssertRefused(later, later.Serial);

        async Task AssertRefused(Issued? identity, string reason)
        {
            Assert.NotEqual(0, (await GetAsync(url, identity)).ExitCode);
            await Eventually.Holds(() => Task.FromResult(log().Contains(reason, StringComparison.Ordinal)), reason);
        }
    }

    [Fact]
    public async Task Versions_and_ciphers_are_those_asked_for()
    {
        var node = _ca.IssueNode("node");
        string[] plain = ["--cert-file", node.Certificate, "--key-file", node.Key, "--peer-auto-tls"];
        using (var strict = TestCluster.PlanSecure(1, [.. plain, "--tls-min-version", "TLS1.3"]))
        {
            await strict.StartAllAsync();
            Assert.NotEqual(0, (await HandshakeAsync(strict, "-tls1_2")).ExitCode);
            Assert.Equal(0, (await HandshakeAsync(strict, "-tls1_3")).ExitCode);
        }

        using var narrow = TestCluster.PlanSecure(1,
            [.. plain, "--tls-max-version", "TLS1.2", "--cipher-suites", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"]);
        await narrow.StartAllAsync();
        Assert.NotEqual(0, (await HandshakeAsync(narrow, "-tls1_3")).ExitCode);
        Assert.NotEqual(0, (await HandshakeAsync(narrow, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384")).ExitCode);
        Assert.Contains(
            "ECDHE-ECDSA-AES128-GCM-SHA256", (await HandshakeAsync(narrow, "-tls1_2")).Output, StringComparison.Ordinal);

        static Task<CommandResult> HandshakeAsync(TestCluster cluster, params string[] flags) =>
            Command.TryAsync("openssl", ["s_client", "-connect", new Uri(cluster.Nodes[0].ClientUrl).Authority, .. flags]);
    }

    [Fact]
    public async Task A_member_without_an_allowed_certificate_is_not_heard()
    {
        var node = _ca.IssueNode("node");
        var impostor = _ca.Issue("impostor", "visitor", ["127.0.0.1"]);
        using var cluster = TestCluster.PlanSecure(3,
        [
            .. TestCertificates.Flags(node.Certificate, node.Key, _ca.AuthorityFile), "--peer-cert-allowed-cn", "node",
        ]);
        var (first, second, third) = (cluster.Nodes[0].Start(), cluster.Nodes[1].Start(), cluster.Nodes[2].Start(
            "--peer-cert-file", impostor.Certificate, "--peer-key-file", impostor.Key));
        await first.WhenReadyAsync();
        await second.WhenReadyAsync();

        await Eventually.Holds(
            () => Task.FromResult(first.Log.Contains("its common name \"visitor\" is not allowed", StringComparison.Ordinal)),
            "the impostor is refused");
        Assert.DoesNotContain("ready to serve client requests", third.Log, StringComparison.Ordinal);

        // Let in with the right one.
        cluster.Nodes[2].Kill();
        await cluster.Nodes[2].Start().WhenReadyAsync();
        var status = await Command.TryAsync(
            "curl", "-sS", "--cacert", _ca.AuthorityFile, cluster.Nodes[0].PeerUrl + "/members");
        Assert.NotEqual(0, status.ExitCode);
    }

    [Fact]
    public async Task Certificates_of_its_own_making_are_enough_for_a_cluster()
    {
        using var cluster = TestCluster.PlanSecure(3, "--auto-tls", "--peer-auto-tls");
        await cluster.StartAllAsync();
        await EtcdCtl.RunAsync(cluster.Endpoints, "--insecure-skip-tls-verify", "--insecure-transport=false", "put", "k", "v");
        var certificate = Path.Combine(cluster.Nodes[0].DataDirectory, "fixtures", "client", "cert.pem");
        var made = await File.ReadAllTextAsync(certificate);

        cluster.Nodes[0].Kill();
        await cluster.Nodes[0].Start().WhenReadyAsync();

        Assert.Equal(made, await File.ReadAllTextAsync(certificate));
        Assert.Equal(0, (await Command.TryAsync("curl", "-sSf", "--cacert", certificate, cluster.Nodes[0].ClientUrl + "/health")).ExitCode);
    }

    [Fact]
    public async Task Silent_handshakes_hold_nobody_up()
    {
        var node = _ca.IssueNode("node");
        var user = _ca.Issue("user", "user", []);
        using var cluster = TestCluster.PlanSecure(1, TestCertificates.Flags(node.Certificate, node.Key, _ca.AuthorityFile));
        await cluster.StartAllAsync();
        var silent = new List<Socket>();
        try
        {
            foreach (var url in new[] { cluster.Nodes[0].ClientUrl, cluster.Nodes[0].PeerUrl })
            {
                for (var i = 0; i < 300; i++)
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    silent.Add(socket);
                    await socket.ConnectAsync(new Uri(url).Host, new Uri(url).Port);
                    if (i % 2 == 0)
                    {
                        // The beginning of a hello that never goes on.
                        await socket.SendAsync(new byte[] { 0x16, 3, 1, 2, 0 });
                    }
                }
            }

            await EtcdCtl.RunAsync(cluster.Endpoints, [.. Identity(_ca.AuthorityFile, user), "put", "k", "v"]);
            Assert.Equal(0, (await GetAsync(cluster.Nodes[0].ClientUrl, user)).ExitCode);
        }
        finally
        {
            silent.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Metrics_have_a_port_of_their_own_with_the_same_certificate()
    {
        var node = _ca.IssueNode("node");
        var user = _ca.Issue("user", "user", []);
        var url = $"https://127.0.0.1:{Ports.FreeOne()}";
        using var cluster = TestCluster.PlanSecure(
            1, [.. TestCertificates.Flags(node.Certificate, node.Key, _ca.AuthorityFile), "--listen-metrics-urls", url]);
        await cluster.StartAllAsync();

        Assert.NotEqual(0, (await GetAsync(url, null)).ExitCode);
        Assert.Equal(0, (await GetAsync(url, user)).ExitCode);
    }

    [Fact]
    public async Task A_snapshot_is_saved_over_tls()
    {
        var node = _ca.IssueNode("node");
        var user = _ca.Issue("user", "user", []);
        using var cluster = TestCluster.PlanSecure(1, TestCertificates.Flags(node.Certificate, node.Key, _ca.AuthorityFile));
        await cluster.StartAllAsync();
        var file = Path.Combine(_directory, "saved.db");
        string[] save = ["snapshot", "save", file, "--endpoints", cluster.Nodes[0].ClientUrl];

        var refused = await Command.TryAsync(Tools.KvNode, save);
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("kvnode: cannot get a snapshot from https://", refused.Error, StringComparison.Ordinal);
        await Command.RunAsync(Tools.KvNode, [.. save, .. Identity(_ca.AuthorityFile, user)]);

        Assert.Contains("revision", await Command.RunAsync(Tools.KvNode, "snapshot", "status", file, "--write-out=json"), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("--cert-file needs --key-file", "--cert-file", "{node}.pem")]
    [InlineData("--peer-key-file needs --peer-cert-file", "--peer-key-file", "{node}.key")]
    [InlineData("TLS needs --cert-file and --key-file, or --auto-tls", "--peer-auto-tls")]
    [InlineData("--key-file {node}.pem: not the private key", "--cert-file", "{node}.pem", "--key-file", "{node}.pem", "--peer-auto-tls")]
    [InlineData("--cert-file {node}.key: no certificate in PEM form", "--cert-file", "{node}.key", "--key-file", "{node}.key", "--peer-auto-tls")]
    [InlineData("--trusted-ca-file {node}.none: Could not find file", "--auto-tls", "--peer-auto-tls", "--trusted-ca-file", "{node}.none")]
    [InlineData("--client-crl-file {node}.pem: no PEM block", "--auto-tls", "--peer-auto-tls", "--client-crl-file", "{node}.pem")]
    [InlineData("unexpected TLS cipher suite \"NONE\"", "--auto-tls", "--peer-auto-tls", "--cipher-suites", "NONE")]
    [InlineData("no version is left", "--auto-tls", "--peer-auto-tls", "--tls-min-version", "TLS1.3", "--tls-max-version", "TLS1.2")]
    public async Task What_cannot_work_ends_the_start_in_one_line(string message, params string[] flags)
    {
        var node = _ca.IssueNode("node");
        string Fill(string text) => text.Replace("{node}", node.Key[..^4], StringComparison.Ordinal);
        using var cluster = TestCluster.PlanSecure(1);

        var process = cluster.Nodes[0].Start([.. flags.Select(Fill)]);

        Assert.Equal(1, await process.WhenExitedAsync());
        Assert.Contains(Fill(message), process.Log.Split('\n')[^1], StringComparison.Ordinal);
    }

    private static string[] Identity(string authority, Issued user) =>
        ["--cacert", authority, "--cert", user.Certificate, "--key", user.Key];

    private async Task<CommandResult> GetAsync(string url, Issued? user, string version = "--http2") =>
        await Command.TryAsync("curl",
        [
            "-sSf", version, "--cacert", _ca.AuthorityFile,
            .. user is null ? Array.Empty<string>() : ["--cert", user.Certificate, "--key", user.Key], url + "/health",
        ]);

    /// <summary>Both ports of every member show that certificate.</summary>
    private static async Task AssertShows(TestCluster cluster, string serial)
    {
        foreach (var url in cluster.Nodes.SelectMany(node => new[] { node.ClientUrl, node.PeerUrl }))
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync("127.0.0.1", new Uri(url).Port);
            await using var tls = new SslStream(tcp.GetStream(), false, (_, certificate, _, _) => certificate is not null);
            await tls.AuthenticateAsClientAsync("127.0.0.1");
            Assert.Equal(serial, tls.RemoteCertificate!.GetSerialNumberString());
        }
    }
}
