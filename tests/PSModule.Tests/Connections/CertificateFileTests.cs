// TLS with an authority of one's own and a client certificate, from the files etcd's tools use.

using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Connections;

[Collection(NodeFixture.Name)]
public sealed class CertificateFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateDirectory(TestPaths.NewFolder()).FullName;
    private readonly Shell _shell = new();

    public void Dispose()
    {
        _shell.Run("Get-KvNode tls* | Stop-KvNode -Force");
        foreach (var name in new[] { "CACERT", "CERT", "KEY" })
        {
            Environment.SetEnvironmentVariable("ETCDCTL_" + name, null);
        }

        _shell.Dispose();
    }

    [Fact]
    public void Files_and_variables_of_etcdctl_connect()
    {
        Authority("ca");
        Authority("other");
        Issue("server");
        Issue("client");
        var node = _shell.Run("New-KvCluster tls -Count 1 -Path $a", Path.Combine(_folder, "c")).WithoutErrors().Single<KvNode>();
        var url = node.ClientUrl.Replace("http:", "https:", StringComparison.Ordinal);
        _shell.Run(
            "$a | Start-KvNode -NodePath $b -ArgumentList $c",
            node,
            TestPaths.NodeProgram,
            new[]
            {
                "--listen-client-urls", url, "--advertise-client-urls", url, "--client-cert-auth",
                "--cert-file", File("server.pem"), "--key-file", File("server.key"), "--trusted-ca-file", File("ca.pem"),
            }).WithoutErrors();

        Assert.True(Connects("-CACertificateFile $b -CertificateFile $c -KeyFile $d", url, File("ca.pem"), File("client.pem"), File("client.key")));
        Assert.True(Connects("-CACertificateFile $b -CertificateFile $c", url, File("ca.pem"), File("client.pfx")));
        Assert.False(Connects("-CACertificateFile $b -CertificateFile $c -KeyFile $d", url, File("other.pem"), File("client.pem"), File("client.key")));
        Assert.False(Connects("-CACertificateFile $b", url, File("ca.pem")));
        Environment.SetEnvironmentVariable("ETCDCTL_CACERT", File("ca.pem"));
        Environment.SetEnvironmentVariable("ETCDCTL_CERT", File("client.pem"));
        Environment.SetEnvironmentVariable("ETCDCTL_KEY", File("client.key"));
        Assert.True(Connects("", url));
    }

    [Fact]
    public void A_file_that_is_no_certificate_is_named()
    {
        Authority("ca");
        Issue("client");
        Issue("stranger");
        System.IO.File.WriteAllText(File("text.pem"), "no certificate");
        foreach (var wrong in new[]
        {
            $"-CACertificateFile {File("absent.pem")}",
            $"-CACertificateFile {File("text.pem")}",
            $"-CertificateFile {File("text.pem")}",
            "-CertificateThumbprint 00112233445566778899AABBCCDDEEFF00112233",
            $"-KeyFile {File("client.key")}",
            $"-CertificateFile {File("client.pem")} -KeyFile {File("stranger.key")}",
        })
        {
            var result = _shell.Run($"Connect-KvCluster https://127.0.0.1:1 {wrong}");
            Assert.Equal(KvErrorId.CertificateInvalid, result.ErrorId);
            Assert.Contains(wrong.StartsWith("-KeyFile", StringComparison.Ordinal) ? "-CertificateFile" : wrong.Split(' ')[1], result.Errors.Single().Exception.Message);
        }
    }

    private bool Connects(string arguments, params object[] values)
    {
        var result = _shell.Run($"Connect-KvCluster $a {arguments} -NoDefault", values);
        Assert.True(result.Errors.Count == 0 || result.ErrorId == KvErrorId.EndpointUnavailable, string.Join("; ", result.Errors));
        return result.Errors.Count == 0;
    }

    private string File(string name) => Path.Combine(_folder, name);

    private void Authority(string name) =>
        _shell.Run("New-KvCertificate $a -Authority -NodePath $b", File(name + ".pem"), TestPaths.NodeProgram).WithoutErrors();

    private void Issue(string name) => _shell.Run(
        "New-KvCertificate $a -SignedBy $b -HostName 127.0.0.1 -Pfx -NodePath $c", File(name + ".pem"), File("ca.pem"), TestPaths.NodeProgram).WithoutErrors();
}
