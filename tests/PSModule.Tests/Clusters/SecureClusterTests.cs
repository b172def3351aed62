// A local cluster with TLS and certificates of its own, grown and restarted; and certificates by
// themselves.

using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Clusters;

[Collection(NodeFixture.Name)]
public sealed class SecureClusterTests : IDisposable
{
    private readonly Shell _shell = new();
    private readonly string _folder = Directory.CreateDirectory(TestPaths.NewFolder()).FullName;

    public SecureClusterTests() => _shell.Run("$env:KVNODE = $a", TestPaths.NodeProgram).WithoutErrors();

    public void Dispose()
    {
        _shell.Run("Get-KvNode safe*, grow*, roll* | Stop-KvNode -Force");
        _shell.Dispose();
    }

    [Fact]
    public void A_cluster_with_tls_is_made_used_and_grown()
    {
        var nodes = _shell.Run("New-KvCluster safe -Count 3 -Tls -Path $a", Inside("safe")).WithoutErrors().As<KvNode>();
        Assert.All(nodes, static n => Assert.StartsWith("https://", n.ClientUrl, StringComparison.Ordinal));
        Assert.All(nodes, static n => Assert.StartsWith("https://", n.PeerUrl, StringComparison.Ordinal));
        _shell.Run("$nodes = Get-KvNode safe*; $nodes | Start-KvNode").WithoutErrors();
        Assert.Equal(KvHealth.Healthy, _shell.Run("$nodes | Wait-KvCluster").WithoutErrors().Single<KvClusterStatus>().Health);
        var connection = _shell.Run("Connect-KvCluster").WithoutErrors().Single<KvConnection>();
        Assert.Equal(3, connection.Endpoint.Length);
        _shell.Run("Set-KvKey secret 1; $nodes | Connect-KvCluster -NoDefault | Get-KvClusterStatus").WithoutErrors();

        // Streams, too.
        _shell.Run("Set-KvKey secret 2; Set-KvKey secret 1").WithoutErrors();
        Assert.Equal(["1", "2", "1"], _shell.Run("(Get-KvKeyHistory secret).Value").WithoutErrors().As<string>());
        Assert.Equal(2, _shell.Run("Watch-KvKey secret -FromRevision 1 -First 2").WithoutErrors().Output.Count);
        _shell.Run("$null = Save-KvSnapshot $a; Use-KvLock l { }", Inside("safe.db")).WithoutErrors();

        // Who does not know the authority is not taken in.
        using (var stranger = new Shell())
        {
            Assert.Equal(KvErrorId.EndpointUnavailable, stranger.Run("Connect-KvCluster $a", nodes[0].ClientUrl).ErrorId);
            Assert.Equal("1", stranger.Run(
                "$null = Connect-KvCluster $a -CACertificateFile $b; (Get-KvKey secret).Value", nodes[0].ClientUrl, nodes[0].CACertificateFile)
                .WithoutErrors().Single<string>());
        }

        var added = _shell.Run("Add-KvClusterNode safe").WithoutErrors().Single<KvNode>();
        Assert.Equal(("safe-n4", KvNodeState.Stopped), (added.Name, added.State));
        _shell.Run("Start-KvNode safe-n4").WithoutErrors();
        Assert.Equal(4, _shell.Run("(Wait-KvCluster -TimeoutSec 30).Online").WithoutErrors().Single<int>());
    }

    [Fact]
    public void A_learner_joins_and_a_node_the_cluster_refuses_leaves_no_trace()
    {
        _shell.Run("New-KvCluster grow -Count 1 -Path $a | Start-KvNode", Inside("grow")).WithoutErrors();
        _shell.Run("$null = Connect-KvCluster; Get-KvNode grow* | Add-KvClusterNode -Learner | Start-KvNode").WithoutErrors();
        Assert.Equal("grow-n2", _shell.Run("(Get-KvMember | Where-Object IsLearner).Name").WithoutErrors().Single<string>());

        // One learner is all there may be.
        Assert.NotNull(_shell.Run("Add-KvClusterNode grow -Learner").ErrorId);
        Assert.Equal(2, _shell.Run("Get-KvNode grow*").WithoutErrors().Output.Count);
        Assert.Empty(_shell.Run("Add-KvClusterNode grow -WhatIf").WithoutErrors().Output);
        Assert.Equal(2, _shell.Run("Get-KvMember").WithoutErrors().Output.Count);
        Assert.Equal(KvErrorId.NodeNotFound, _shell.Run("Add-KvClusterNode nothing").ErrorId);
    }

    [Fact]
    public void Nodes_are_restarted_one_by_one_and_keep_what_they_have()
    {
        _shell.Run("New-KvCluster roll -Count 3 -Path $a | Start-KvNode", Inside("roll")).WithoutErrors();
        _shell.Run("$null = Connect-KvCluster; Set-KvKey kept yes").WithoutErrors();
        var before = _shell.Run("Get-KvNode roll*").WithoutErrors().As<KvNode>();
        Assert.Empty(_shell.Run("Restart-KvNode roll-n1 -WhatIf -PassThru").WithoutErrors().Output);
        var after = _shell.Run("$a | Restart-KvNode -PassThru", (object)before.ToArray()).WithoutErrors().As<KvNode>();
        Assert.Equal(before, after);
        Assert.All(before.Zip(after), static pair => Assert.NotEqual(pair.First.Pid, pair.Second.Pid));
        Assert.Equal("yes", _shell.Run("(Get-KvKey kept).Value").WithoutErrors().Single<string>());
        _shell.Run("Stop-KvNode roll-n1; Restart-KvNode roll-n1 -Force").WithoutErrors();
        Assert.Equal(KvNodeState.Running, _shell.Run("(Get-KvNode roll-n1).State").WithoutErrors().Single<KvNodeState>());

        // It asks once, not for the stop and the start each.
        _shell.Host.Console.Answer = "Yes";
        _shell.Run("Restart-KvNode roll-n1 -Confirm").WithoutErrors();
        Assert.Single(_shell.Host.Console.Questions);

        // The first does not come back, so the second is not touched.
        var result = _shell.Run("Restart-KvNode roll-n1, roll-n2 -NodePath $a", FakeProgram.Create("echo no >&2; exit 1"));
        Assert.Equal(KvErrorId.NodeExited, result.ErrorId);
        Assert.Contains("roll-n2", Assert.Single(result.Warnings));
        Assert.Equal(after[1].Pid, _shell.Run("(Get-KvNode roll-n2).Pid").WithoutErrors().Single<int>());
    }

    [Fact]
    public void Certificates_are_made_and_used()
    {
        var authority = _shell.Run("New-KvCertificate $a -Authority -CommonName 'our own'", Inside("ca.crt")).WithoutErrors().Single<KvCertificate>();
        Assert.True(authority.IsAuthority);
        Assert.Equal("CN=our own", authority.Subject);
        var node = _shell.Run("New-KvCertificate $a -SignedBy $b -HostName 127.0.0.1, localhost -ValidDay 30 -Pfx", Inside("node.crt"), Inside("ca.crt"))
            .WithoutErrors().Single<KvCertificate>();
        Assert.Equal(("CN=node", "CN=our own"), (node.Subject, node.Issuer));
        Assert.InRange(node.NotAfter, DateTime.Now.AddDays(29), DateTime.Now.AddDays(31));
        Assert.True(File.Exists(node.KeyFile) && File.Exists(node.PfxFile));

        Assert.Equal(KvErrorId.CertificateNotMade, _shell.Run("New-KvCertificate $a", Inside("node.crt")).ErrorId);
        Assert.Empty(_shell.Run("New-KvCertificate $a -WhatIf", Inside("none.crt")).WithoutErrors().Output);
        Assert.False(File.Exists(Inside("none.crt")));
        Assert.NotEqual(node.Thumbprint, _shell.Run("New-KvCertificate $a -Force", Inside("node.crt")).WithoutErrors().Single<KvCertificate>().Thumbprint);
    }

    [Fact]
    public void A_node_with_a_certificate_of_another_name_is_not_trusted()
    {
        _shell.Run("$null = New-KvCertificate $a -Authority; $null = New-KvCertificate $b -SignedBy $a -HostName other.example", Inside("ca.crt"), Inside("other.crt")).WithoutErrors();
        var node = _shell.Run("New-KvCluster safeother -Count 1 -Path $a", Inside("other")).WithoutErrors().Single<KvNode>();
        var url = node.ClientUrl.Replace("http:", "https:", StringComparison.Ordinal);
        _shell.Run("$a | Start-KvNode -ArgumentList $b", node, new[]
        {
            "--listen-client-urls", url, "--advertise-client-urls", url, "--cert-file", Inside("other.crt"), "--key-file", Inside("other.key"),
        }).WithoutErrors();
        Assert.Equal(KvErrorId.EndpointUnavailable, _shell.Run("Connect-KvCluster $a -CACertificateFile $b", url, Inside("ca.crt")).ErrorId);
        Assert.Equal(KvErrorId.EndpointUnavailable, _shell.Run("Connect-KvCluster $a", url).ErrorId);
        _shell.Run("Connect-KvCluster $a -SkipCertificateCheck", url).WithoutErrors();
    }

    private string Inside(string name) => Path.Combine(_folder, name);
}
