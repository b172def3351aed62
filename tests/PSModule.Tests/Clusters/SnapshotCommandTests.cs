// A snapshot is saved, looked at and restored into a new cluster that goes on from it.

using System.Security.Cryptography;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Clusters;

[Collection(NodeFixture.Name)]
public sealed class SnapshotCommandTests(NodeFixture cluster)
{
    [Fact]
    public void A_new_cluster_goes_on_from_a_snapshot()
    {
        using var shell = cluster.Connect();
        var folder = Directory.CreateDirectory(TestPaths.NewFolder()).FullName;
        var path = Path.Combine(folder, "backup.db");
        var revision = shell.Run("$env:KVNODE = $a; (Set-KvKey saved/key then -PassThru).ModRevision", TestPaths.NodeProgram).Single<long>();
        Assert.Empty(shell.Run("Save-KvSnapshot $a -WhatIf", path).WithoutErrors().Output);
        Assert.False(File.Exists(path));
        Assert.Equal(path, shell.Run("Save-KvSnapshot $a", path).WithoutErrors().Single<FileInfo>().FullName);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal(KvErrorId.FileFailed, shell.Run("Save-KvSnapshot $a", path).ErrorId);
        shell.Run("Set-KvKey saved/key now").WithoutErrors();

        var snapshot = shell.Run("Save-KvSnapshot $a -Force | Get-KvSnapshot; $null = Save-KvSnapshot $a -Force", path).WithoutErrors().Single<KvSnapshot>();
        Assert.True(snapshot.Revision > revision && snapshot.KeyCount > 0 && snapshot.Size > 0);
        Assert.Equal(["backup.db"], Directory.GetFiles(folder).Select(Path.GetFileName));

        try
        {
            var nodes = shell.Run("New-KvCluster again -Count 3 -Path $a", Path.Combine(folder, "c")).WithoutErrors().As<KvNode>().ToArray();
            shell.Run("$a | Restore-KvSnapshot $b -WhatIf", nodes, path).WithoutErrors();
            Assert.False(Directory.Exists(nodes[0].DataDirectory));
            shell.Run("$a | Restore-KvSnapshot $b -PassThru -Confirm:$false | Start-KvNode | Wait-KvCluster", nodes, path).WithoutErrors().Single<KvClusterStatus>();
            Assert.Equal("now", shell.Run("$c = Connect-KvCluster -NoDefault; (Get-KvKey saved/key -Connection $c).Value").WithoutErrors().Single<string>());
            Assert.Equal(3, shell.Run("$a | Restore-KvSnapshot $b -Confirm:$false", nodes, path).Errors.Count(static e => e.FullyQualifiedErrorId.StartsWith(KvErrorId.NodeRunning, StringComparison.Ordinal)));

            shell.Run("$a | Stop-KvNode", (object)nodes).WithoutErrors();
            Assert.Equal(KvErrorId.RestoreFailed, shell.Run("$a[0] | Restore-KvSnapshot $b -Confirm:$false", nodes, path).ErrorId);
            shell.Run("$a | Restore-KvSnapshot $b -BumpRevision 1000 -Force -Confirm:$false", nodes, path).WithoutErrors();
            Assert.Equal(3, Directory.GetDirectories(Path.Combine(folder, "c"), "*.kv.2*").Length);
            shell.Run("$a | Start-KvNode", (object)nodes).WithoutErrors();
            Assert.True(shell.Run("$c = Connect-KvCluster -NoDefault; (Set-KvKey saved/key later -PassThru -Connection $c).ModRevision").WithoutErrors().Single<long>() > revision + 1000);
        }
        finally
        {
            shell.Run("Get-KvNode again* | Stop-KvNode -Force");
        }
    }

    [Fact]
    public void A_member_is_restored_by_its_directory()
    {
        using var shell = cluster.Connect();
        var folder = Directory.CreateDirectory(TestPaths.NewFolder()).FullName;
        var path = Path.Combine(folder, "one.db");
        shell.Run("$env:KVNODE = $b; $null = Save-KvSnapshot $a; Restore-KvSnapshot $a -DataDirectory $c -Name a -PeerUrl http://127.0.0.1:23800 "
            + "-InitialCluster a=http://127.0.0.1:23800, b=http://127.0.0.1:23801 -Token t -Confirm:$false", path, TestPaths.NodeProgram, Path.Combine(folder, "a.kv"))
            .WithoutErrors();
        Assert.NotEmpty(Directory.GetFileSystemEntries(Path.Combine(folder, "a.kv")));
        File.WriteAllText(path, "no snapshot");
        Assert.Equal(KvErrorId.SnapshotInvalid, shell.Run("Get-KvSnapshot $a", path).ErrorId);
    }

    [Theory]
    [InlineData(0, 64, null)]
    [InlineData(1, 64, "checksum does not fit")]
    [InlineData(0, 40, "checksum does not fit")]
    [InlineData(0, 10, "checksum does not fit")]
    public async Task What_was_cut_short_or_damaged_is_not_kept(byte flip, int length, string? reason)
    {
        var content = Enumerable.Range(0, 32).Select(static i => (byte)i).ToArray();
        byte[] file = [.. content, .. SHA256.HashData(content)];
        file[3] ^= flip;
        var pieces = file[..length].Chunk(7).Select(static p => $"{{\"result\":{{\"blob\":\"{Convert.ToBase64String(p)}\"}}}}").ToArray();
        await using var gateway = new FakeGateway(request => request.Path == "/v3/maintenance/snapshot"
            ? FakeReply.Stream(pieces) with { IsEnded = true }
            : FakeGateway.Healthy(request));
        using var shell = new Shell();
        var path = Path.Combine(Directory.CreateDirectory(TestPaths.NewFolder()).FullName, "backup.db");
        var result = shell.Run("$null = Connect-KvCluster $a; $null = Save-KvSnapshot $b", gateway.Url, path);
        Assert.Equal(reason is null, File.Exists(path));
        Assert.Equal(reason is null ? null : KvErrorId.Protocol, result.Errors.Count == 0 ? null : result.ErrorId);
        Assert.True(reason is null || result.Errors.Single().Exception.Message.Contains(reason, StringComparison.Ordinal));
        Assert.Equal(reason is null ? 1 : 0, Directory.GetFiles(Path.GetDirectoryName(path)!).Length);
    }

    [Fact]
    public async Task A_member_that_falls_silent_is_given_up()
    {
        await using var gateway = new FakeGateway(static request => request.Path == "/v3/maintenance/snapshot"
            ? FakeReply.Stream("{\"result\":{\"remaining_bytes\":\"100\",\"blob\":\"AAAA\"}}")
            : FakeGateway.Healthy(request));
        using var shell = new Shell();
        var path = Path.Combine(Directory.CreateDirectory(TestPaths.NewFolder()).FullName, "backup.db");
        Assert.Equal(KvErrorId.Timeout, shell.Run("$null = Connect-KvCluster $a; Save-KvSnapshot $b -TimeoutSec 1", gateway.Url, path).ErrorId);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }
}
