// Keys are tested for, copied, renamed and waited for, on a real cluster.

using System.Management.Automation;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Keys;

[Collection(NodeFixture.Name)]
public sealed class KeyNameCommandTests(NodeFixture cluster)
{
    [Fact]
    public void Keys_are_tested_for()
    {
        using var shell = cluster.Connect();
        shell.Run("Set-KvKey test/one 1; Set-KvKey 'test/[x]' 1").WithoutErrors();
        var answers = shell.Run(
            "Test-KvKey test/one; Test-KvKey test/two; Test-KvKey test/*e; Test-KvKey test/*q; Test-KvKey test/ -Prefix; "
            + "Test-KvKey -LiteralKey 'test/[x]'; 'test/one', 'test/two' | Test-KvKey").WithoutErrors().As<bool>();
        Assert.Equal([true, false, true, false, true, true, true, false], answers);
    }

    [Fact]
    public void A_key_is_copied_and_renamed_as_it_is()
    {
        using var shell = cluster.Connect();
        shell.Run("Remove-KvKey name/ -Prefix -Force; $null = New-KvLease 300 -LeaseId 77aa; Set-KvKey name/a ([byte[]](0..255)) -LeaseId 77aa").WithoutErrors();
        var copy = shell.Run("Copy-KvKey name/a name/b -PassThru").WithoutErrors().Single<KvKey>();
        Assert.Equal(Enumerable.Range(0, 256).Select(static i => (byte)i), copy.GetValueBytes());
        Assert.Equal(0x77aa, copy.LeaseId);
        Assert.Equal(KvErrorId.Conflict, shell.Run("Copy-KvKey name/a name/b").ErrorId);
        shell.Run("Set-KvKey name/a new; Copy-KvKey name/a name/b -Force").WithoutErrors();
        Assert.Equal("new", shell.Run("(Get-KvKey name/b).Value").Single<string>());

        shell.Run("Rename-KvKey name/a name/c -WhatIf").WithoutErrors();
        Assert.True(shell.Run("Test-KvKey name/a").Single<bool>());
        var renamed = shell.Run("Rename-KvKey name/a name/c -PassThru").WithoutErrors().Single<KvKey>();
        Assert.Equal(renamed.ModRevision, renamed.CreateRevision);
        Assert.False(shell.Run("Test-KvKey name/a").Single<bool>());
        Assert.Equal(KvErrorId.Conflict, shell.Run("Rename-KvKey name/c name/b").ErrorId);
        Assert.Equal(KvErrorId.KeyNotFound, shell.Run("Rename-KvKey name/a name/d").ErrorId);
        shell.Run("Rename-KvKey name/c name/c -Force; Remove-KvLease 77aa").WithoutErrors();
    }

    [Fact]
    public void A_prefix_is_copied_also_into_itself_and_renamed()
    {
        using var shell = cluster.Connect();
        shell.Run("Remove-KvKey tree -Prefix -Force; 1..20 | ForEach-Object { Set-KvKey tree/$_ $_ }").WithoutErrors();
        shell.Run("Copy-KvKey tree/ tree/copy/ -Prefix").WithoutErrors();
        Assert.Equal(40L, shell.Run("Get-KvKey tree/ -Prefix -CountOnly").Single<long>());
        shell.Run("Rename-KvKey tree/copy/ tree2/ -Prefix").WithoutErrors();
        Assert.Equal(20L, shell.Run("Get-KvKey tree/ -Prefix -CountOnly").Single<long>());
        Assert.Equal("7", shell.Run("(Get-KvKey tree2/7).Value").Single<string>());
    }

    [Fact]
    public async Task A_key_is_waited_for()
    {
        using var shell = cluster.Connect();
        using var other = cluster.Connect();
        shell.Run("Remove-KvKey wait/ -Prefix -Force; Set-KvKey wait/there 1").WithoutErrors();
        Assert.Equal("1", shell.Run("Wait-KvKey wait/there").WithoutErrors().Single<KvKey>().Value);
        Assert.Empty(shell.Run("Wait-KvKey wait/none -Absent").WithoutErrors().Output);

        using var waiting = other.Create("Wait-KvKey wait/n -Condition { [int]$_.Value -ge 3 } -Verbose; Wait-KvKey wait/n -Value 5; Wait-KvKey wait/n -Absent; 'gone'");
        var output = new PSDataCollection<PSObject>();
        var run = waiting.InvokeAsync<PSObject, PSObject>(null, output);
        Assert.True(Until.Holds(() => waiting.Streams.Verbose.Any(static v => v.Message.Contains("watching from", StringComparison.Ordinal))));
        shell.Run("1..5 | ForEach-Object { Set-KvKey wait/n $_ }").WithoutErrors();
        Assert.True(Until.Holds(() => output.Count == 2));
        shell.Run("Remove-KvKey wait/n").WithoutErrors();
        await run.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["3", "5"], output.Take(2).Select(static o => ((KvKey)o.BaseObject).Value));
        Assert.Equal("gone", output[2].BaseObject);
    }

    [Fact]
    public void Waiting_has_an_end()
    {
        using var shell = cluster.Connect();
        Assert.Equal(KvErrorId.Timeout, shell.Run("Wait-KvKey wait/never -TimeoutSec 1").ErrorId);
        Assert.Equal("after", shell.Run("Wait-KvKey wait/never -TimeoutSec 1 -ErrorAction SilentlyContinue; 'after'").As<string>()[0]);
    }
}
