// Keys go to a file and back, and revisions are compared, on a real cluster.

using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Keys;

[Collection(NodeFixture.Name)]
public sealed class TransferCommandTests(NodeFixture cluster)
{
    [Fact]
    public void What_is_exported_comes_back_byte_for_byte()
    {
        using var shell = cluster.Connect();
        var path = Path.Combine(Directory.CreateDirectory(TestPaths.NewFolder()).FullName, "keys.jsonl");
        shell.Run("Remove-KvKey export/ -Prefix -Force; Remove-KvKey import/ -Prefix -Force").WithoutErrors();
        shell.Run("1..250 | ForEach-Object { Set-KvKey export/$_ \"line\n$_\" }; Set-KvKey export/bytes ([byte[]](0..255)); "
            + "Set-KvKey export/date 2026-11-26T10:00:00Z; Set-KvKey export/empty ''").WithoutErrors();

        Assert.Empty(shell.Run("Export-KvKey $a -Prefix export/ -WhatIf", path).WithoutErrors().Output);
        Assert.False(File.Exists(path));
        var export = shell.Run("Export-KvKey $a -Prefix export/", path).WithoutErrors().Single<KvExport>();
        Assert.Equal(253, export.Count);
        Assert.Equal(KvErrorId.FileFailed, shell.Run("Export-KvKey $a", path).ErrorId);

        Assert.Empty(shell.Run("Import-KvKey $a -Prefix import/ -WhatIf", path).WithoutErrors().Output);
        Assert.Equal(253, shell.Run("Import-KvKey $a -Prefix import/", path).WithoutErrors().Single<KvExport>().Count);
        var before = shell.Run("Get-KvKey export/ -Prefix").WithoutErrors().As<KvKey>();
        var after = shell.Run("Get-KvKey import/export/ -Prefix").WithoutErrors().As<KvKey>();
        Assert.Equal(before.Select(static k => "import/" + k.Key), after.Select(static k => k.Key));
        Assert.All(before.Zip(after), static pair => Assert.Equal(pair.First.GetValueBytes(), pair.Second.GetValueBytes()));
        Assert.InRange(after.Select(static k => k.ModRevision).Distinct().Count(), 1, 3);

        shell.Run("Remove-KvKey import/export/1; Set-KvKey import/export/2 mine").WithoutErrors();
        Assert.Equal(1, shell.Run("Import-KvKey $a -Prefix import/ -IfAbsent", path).WithoutErrors().Single<KvExport>().Count);
        Assert.Equal("mine", shell.Run("(Get-KvKey import/export/2).Value").Single<string>());
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("{\"format\":\"kv-export\",\"version\":2,\"revision\":1}\n{\"count\":0}\n", "newer version")]
    [InlineData("{\"format\":\"kv-export\",\"version\":1,\"revision\":1}\n{\"key\":\"damage/a\",\"value\":\"1\"}\n", "ends too early")]
    [InlineData("{\"format\":\"kv-export\",\"version\":1,\"revision\":1}\n{\"key\":\"damage/a\",\"value\":\"1\"}\n{\"count\":2}\n", "line 3")]
    [InlineData("{\"format\":\"kv-export\",\"version\":1,\"revision\":1}\n{\"key\":\"damage/a\"}\n{\"count\":1}\n", "no value")]
    [InlineData("{\"format\":\"kv-export\",\"version\":1,\"revision\":1}\n{\"key\":\"damage/a\",\"valueBytes\":\"*\"}\n{\"count\":1}\n", "line 2")]
    public void A_damaged_file_writes_nothing(string text, string reason)
    {
        using var shell = cluster.Connect();
        var path = Path.Combine(Directory.CreateDirectory(TestPaths.NewFolder()).FullName, "damaged.jsonl");
        File.WriteAllText(path, text);
        var result = shell.Run("Import-KvKey $a", path);
        Assert.Equal(KvErrorId.ExportInvalid, result.ErrorId);
        Assert.Contains(reason, result.Errors.Single().Exception.Message);
        Assert.False(shell.Run("Test-KvKey damage/ -Prefix").Single<bool>());
    }

    [Fact]
    public void Revisions_are_compared()
    {
        using var shell = cluster.Connect();
        shell.Run("Remove-KvKey diff/ -Prefix -Force; Set-KvKey diff/a 1; Set-KvKey diff/b 1; Set-KvKey diff/c 1").WithoutErrors();
        var from = shell.Run("(Set-KvKey diff/z 1 -PassThru).ModRevision").Single<long>();
        shell.Run("Set-KvKey diff/b 2; Remove-KvKey diff/c").WithoutErrors();
        var to = shell.Run("(Set-KvKey diff/d 1 -PassThru).ModRevision").Single<long>();
        shell.Run("Set-KvKey diff/e later").WithoutErrors();

        var between = shell.Run("Compare-KvRevision $a $b -Prefix diff/", from, to).WithoutErrors().As<KvDifference>();
        Assert.Equal(["Changed diff/b", "Removed diff/c", "Added diff/d"], between.Select(static d => d.ToString()));
        Assert.Equal(("1", "2"), (between[0].Before!.Value, between[0].After!.Value));
        Assert.Equal(4, shell.Run("Compare-KvRevision $a -Prefix diff/", from).WithoutErrors().Output.Count);
        Assert.Empty(shell.Run("Compare-KvRevision $a $a -Prefix diff/", to).WithoutErrors().Output);
        Assert.Equal(KvErrorId.RevisionFuture, shell.Run("Compare-KvRevision 1000000000").ErrorId);
    }
}
