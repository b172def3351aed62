// A cluster is waited for and removed with its data.

using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Clusters;

public sealed class WaitClusterTests
{
    [Fact]
    public void From_nothing_to_healthy_and_back_to_nothing()
    {
        using var shell = new Shell();
        var folder = TestPaths.NewFolder();
        Assert.Equal(KvErrorId.NotConnected, shell.Run("Wait-KvCluster").ErrorId);
        try
        {
            var status = shell.Run("$env:KVNODE = $a; New-KvCluster -Count 3 -Name waited -Path $b | Start-KvNode | Wait-KvCluster", TestPaths.NodeProgram, folder)
                .WithoutErrors().Single<KvClusterStatus>();
            Assert.Equal((KvHealth.Healthy, 3), (status.Health, status.Online));
            Assert.True(shell.Run("$null = Connect-KvCluster; Test-KvConnection").WithoutErrors().Single<bool>());

            shell.Run("Stop-KvNode waited-n1 -Force").WithoutErrors();
            var late = shell.Run("Get-KvNode waited* | Wait-KvCluster -TimeoutSec 1");
            Assert.Equal(KvErrorId.Timeout, late.ErrorId);
            Assert.Contains("2 of 3 members", late.Errors.Single().Exception.Message);

            Assert.Equal(KvErrorId.NodeRunning, shell.Run("Remove-KvCluster -Path $a -Confirm:$false", folder).ErrorId);
            shell.Run("Remove-KvCluster -Path $a -Force -WhatIf", folder).WithoutErrors();
            Assert.Equal(2, shell.Run("Get-KvNode waited* | Where-Object State -EQ Running").Output.Count);
            shell.Run("Remove-KvCluster -Path $a -Force -Confirm:$false", folder).WithoutErrors();
            Assert.False(Directory.Exists(folder));
            Assert.Empty(shell.Run("Get-KvNode waited*").WithoutErrors().Output);
            Assert.False(shell.Run("Test-KvConnection -TimeoutSec 1").WithoutErrors().Single<bool>());
            Assert.Equal(KvErrorId.NodeNotFound, shell.Run("Remove-KvCluster waited").ErrorId);
        }
        finally
        {
            shell.Run("Get-KvNode waited* | Stop-KvNode");
        }
    }
}
