// -WhatIf may read, but nothing that writes may reach the server.

using PSModule.Tests.Hosting;

namespace PSModule.Tests.Connections;

public sealed class WhatIfTests
{
    private static readonly string[] Reads = ["/v3/maintenance/status", "/v3/kv/range", "/v3/cluster/member/list"];

    [Theory]
    [InlineData("Set-KvKey a b -WhatIf")]
    [InlineData("Set-KvKey a b -IfAbsent -PassThru -WhatIf")]
    [InlineData("Remove-KvKey a -WhatIf")]
    [InlineData("Remove-KvKey a -Prefix -Force -WhatIf")]
    [InlineData("Remove-KvKey a?c -Force -WhatIf")]
    [InlineData("Remove-KvKey -From a -Force -WhatIf")]
    [InlineData("Get-KvKey a* | Remove-KvKey -WhatIf")]
    [InlineData("Add-KvMember http://x:1 -WhatIf")]
    [InlineData("Get-KvMember -NoStatus | Remove-KvMember -WhatIf")]
    [InlineData("Get-KvMember -NoStatus | Set-KvMember -Promote -PeerUrl http://x:1 -WhatIf")]
    public async Task No_write_is_sent(string script)
    {
        await using var gateway = new FakeGateway(static request => request.Path == "/v3/kv/range"
            ? FakeReply.Json($"{{{FakeGateway.Header},\"kvs\":[{{\"key\":\"YWJj\",\"mod_revision\":\"4\",\"value\":\"eA==\"}}],\"count\":\"1\"}}")
            : request.Path == "/v3/cluster/member/list"
                ? FakeReply.Json($"{{{FakeGateway.Header},\"members\":[{{\"ID\":\"7\",\"name\":\"n1\"}}]}}")
                : FakeGateway.Healthy(request));
        using var shell = new Shell();
        shell.Run("$null = Connect-KvCluster $a", gateway.Url).WithoutErrors();
        Assert.Empty(shell.Run(script).WithoutErrors().Output);
        Assert.Contains("What if:", shell.Host.Console.Text);
        Assert.All(gateway.Requests, static request => Assert.Contains(request.Path, Reads));
    }

    [Fact]
    public void No_cluster_is_created_or_started()
    {
        using var shell = new Shell();
        var folder = TestPaths.NewFolder();
        Assert.Empty(shell.Run("New-KvCluster -Path $a -WhatIf; New-KvCluster -HostName x, y, z -Path $a -WhatIf", folder).WithoutErrors().Output);
        Assert.False(Directory.Exists(folder));

        shell.Run("$n = New-KvCluster -Count 1 -Path $a; $n | Start-KvNode -NodePath $b -WhatIf", folder, TestPaths.Manifest).WithoutErrors();
        Assert.Equal(["cluster.json"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }
}
