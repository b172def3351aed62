// The example of the README, word for word as a person types it, in a fresh shell.

using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Clusters;

[Collection(NodeFixture.Name)]
public sealed class JourneyTests
{
    [Fact]
    public void A_new_user_gets_a_cluster_and_a_hundred_keys()
    {
        using var shell = new Shell();
        try
        {
            shell.Run("$env:KVNODE = $a; New-KvCluster -Count 3 | Start-KvNode", TestPaths.NodeProgram).WithoutErrors();
            var connection = shell.Run("Connect-KvCluster").WithoutErrors().Single<KvConnection>();
            Assert.Equal(3, connection.Endpoint.Length);

            Assert.Empty(shell.Run("1..100 | ForEach-Object { Set-KvKey \"job/$_\" \"v$_\" }").WithoutErrors().Output);
            Assert.Equal(100, shell.Run("(Get-KvKey job/ -Prefix).Count").WithoutErrors().Single<int>());

            var members = shell.Run("Get-KvMember").WithoutErrors().As<KvMember>();
            Assert.Equal(3, members.Count);
            Assert.Single(members, static m => m.IsLeader);
            Assert.All(members, static m => Assert.Equal(KvMemberStatus.Online, m.Status));

            Assert.All(
                shell.Run("Get-KvNode local*").WithoutErrors().As<KvNode>(),
                static n => Assert.Equal(KvNodeState.Running, n.State));
        }
        finally
        {
            shell.Run("Get-KvNode local* | Stop-KvNode");
        }
    }
}
