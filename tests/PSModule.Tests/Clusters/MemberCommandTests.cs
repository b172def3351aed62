// Members are added, promoted, changed and removed from the prompt, on real nodes.

using System.Diagnostics;
using Compat.Harness;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Clusters;

[Collection(NodeFixture.Name)]
public sealed class MemberCommandTests
{
    [Fact]
    public async Task A_learner_is_added_promoted_and_removed()
    {
        using var shell = new Shell();
        shell.Run("$env:KVNODE = $a; New-KvCluster -Count 1 -Name members -Path $b | Start-KvNode", TestPaths.NodeProgram, TestPaths.NewFolder())
            .WithoutErrors();
        try
        {
            shell.Run("$null = Connect-KvCluster").WithoutErrors();
            var (client, peer) = ($"http://127.0.0.1:{Ports.FreeOne()}", $"http://127.0.0.1:{Ports.FreeOne()}");
            var added = shell.Run("Add-KvMember $a -Learner", peer).WithoutErrors().Single<KvMember>();
            Assert.Equal((true, KvMemberStatus.NotStarted, ""), (added.IsLearner, added.Status, added.Name));
            Assert.Contains("Peer URLs already exists", shell.Run("Add-KvMember $a", peer).Errors.Single().Exception.Message);

            var first = shell.Run("Get-KvMember -NoStatus | Where-Object Name").WithoutErrors().Single<KvMember>();
            using var node = Process.Start(TestPaths.NodeProgram,
            [
                "--name", "second", "--data-dir", TestPaths.NewFolder(), "--initial-cluster-state", "existing",
                "--initial-cluster", $"{first.Name}={first.PeerUrl[0]},second={peer}",
                "--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--log-outputs", Path.GetTempFileName(),
            ])!;
            KvMember? promoted = null;
            Assert.True(Until.Holds(() =>
            {
                promoted = shell.Run("Get-KvMember second -ErrorAction Ignore | Set-KvMember -Promote -PassThru -ErrorAction Ignore")
                    .As<KvMember>().SingleOrDefault();
                return promoted is not null;
            }));
            Assert.False(promoted!.IsLearner);
            Assert.Equal(added.Id, promoted.Id);

            shell.Run("Set-KvMember second -PeerUrl $a", peer).WithoutErrors();
            Assert.Equal(KvErrorId.MemberNotFound, shell.Run("Set-KvMember nobody -Promote").ErrorId);
            Assert.Contains("-Promote or -PeerUrl", shell.Run("Set-KvMember second").Errors.Single().Exception.Message);

            shell.Run("Remove-KvMember second -WhatIf").WithoutErrors();
            Assert.Equal(2, shell.Run("Get-KvMember -NoStatus").As<KvMember>().Count);

            // Members that have only just met let nobody go.
            Assert.True(Until.Holds(() => shell.Run("Get-KvMember second | Remove-KvMember -Confirm:$false").Errors.Count == 0));
            await node.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
            Assert.Equal(0, node.ExitCode);
            Assert.Equal(first.Id, shell.Run("Get-KvMember").WithoutErrors().Single<KvMember>().Id);
            Assert.Equal(KvErrorId.MemberNotFound, shell.Run("Remove-KvMember -Id $a -Confirm:$false", added.HexId).ErrorId);
        }
        finally
        {
            shell.Run("Get-KvNode members* | Stop-KvNode");
        }
    }
}
