// kvnode certificate: what it makes is good for a cluster with TLS on both ports and for etcd's tool, and
// openssl agrees.
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>An authority and certificates, made with the program itself.</summary>
public sealed class CertificateCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kv-certificate-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_cluster_and_its_clients_work_with_them()
    {
        var ca = File("ca.crt");
        Assert.Contains("CN=our own", await MakeAsync("ca.crt", "--authority", "--common-name", "our own"), StringComparison.Ordinal);
        await MakeAsync("node.crt", "--signed-by", ca, "--host", "127.0.0.1,localhost");
        await MakeAsync("user.crt", "--signed-by", ca, "--pfx");
        Assert.Contains("OK", await Command.RunAsync("openssl", "verify", "-CAfile", ca, File("node.crt")), StringComparison.Ordinal);
        Assert.Contains("CN = user", await Command.RunAsync("openssl", "pkcs12", "-in", File("user.pfx"), "-passin", "pass:", "-nokeys"), StringComparison.Ordinal);
        foreach (var name in new[] { "ca.key", "node.key", "user.pfx" })
        {
            Assert.True(
                OperatingSystem.IsWindows()
                || System.IO.File.GetUnixFileMode(File(name)) == (UnixFileMode.UserRead | UnixFileMode.UserWrite),
                $"others can read {name}");
        }

        using var cluster = TestCluster.PlanSecure(3, TestCertificates.Flags(File("node.crt"), File("node.key"), ca));
        await cluster.StartAllAsync();
        string[] identity = ["--cacert", ca, "--cert", File("user.crt"), "--key", File("user.key")];
        await EtcdCtl.RunAsync(cluster.Endpoints, [.. identity, "put", "k", "v"]);
        Assert.Contains("v", await EtcdCtl.RunAsync(cluster.Endpoints, [.. identity, "get", "k"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_made_elsewhere_signs_too_and_nothing_outlives_it()
    {
        await Command.RunAsync(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", File("rsa.pem"), "-out", File("rsa.crt"), "-subj", "/CN=rsa", "-days", "10");
        await MakeAsync("node.crt", "--signed-by", File("rsa.crt"), "--signed-by-key", File("rsa.pem"), "--days", "30");
        Assert.Contains("OK", await Command.RunAsync("openssl", "verify", "-CAfile", File("rsa.crt"), File("node.crt")), StringComparison.Ordinal);
        var end = await Command.RunAsync("openssl", "x509", "-in", File("node.crt"), "-noout", "-enddate");
        Assert.Equal(await Command.RunAsync("openssl", "x509", "-in", File("rsa.crt"), "-noout", "-enddate"), end);
    }

    [Fact]
    public async Task What_cannot_be_made_is_said_and_nothing_is_replaced()
    {
        await MakeAsync("a.crt");
        var before = await System.IO.File.ReadAllTextAsync(File("a.crt"));
        await AssertRefused("a.crt exists; --force replaces it", "a.crt");
        await AssertRefused("is no authority: it was made without --authority", "b.crt", "--signed-by", File("a.crt"));
        await AssertRefused("absent.crt", "b.crt", "--signed-by", File("absent.crt"));
        await AssertRefused("use .crt or .pem", "b.key");
        await AssertRefused("invalid value \"a b\" for --host", "b.crt", "--host", "a b");
        await AssertRefused("it takes neither --signed-by nor --host", "b.crt", "--authority", "--host", "a");
        await AssertRefused("--signed-by-key needs --signed-by", "b.crt", "--signed-by-key", File("a.key"));
        Assert.Equal(before, await System.IO.File.ReadAllTextAsync(File("a.crt")));
        Assert.False(System.IO.File.Exists(File("b.crt")));
        await MakeAsync("a.crt", "--force");
        Assert.NotEqual(before, await System.IO.File.ReadAllTextAsync(File("a.crt")));
    }

    private string File(string name) => Path.Combine(_directory, name);

    private Task<string> MakeAsync(string name, params string[] flags) =>
        Command.RunAsync(Tools.KvNode, ["certificate", File(name), .. flags]);

    private async Task AssertRefused(string reason, string name, params string[] flags)
    {
        var result = await Command.TryAsync(Tools.KvNode, ["certificate", File(name), .. flags]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
    }
}
