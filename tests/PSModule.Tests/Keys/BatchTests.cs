// Many keys of a pipeline are written in few transactions.

using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Keys;

[Collection(NodeFixture.Name)]
public sealed class BatchTests(NodeFixture cluster)
{
    [Fact]
    public void Ten_thousand_objects_take_a_hundred_revisions()
    {
        using var shell = cluster.Connect();
        shell.Run("Remove-KvKey batch/ -Prefix -Force").WithoutErrors();
        shell.Run("1..10000 | ForEach-Object { [pscustomobject]@{ Key = \"batch/$_\"; Value = $_ } } | Set-KvKey -Batch 100").WithoutErrors();
        var keys = shell.Run("Get-KvKey batch/ -Prefix").WithoutErrors().As<KvKey>();
        Assert.Equal(10_000, keys.Count);
        Assert.All(keys, static k => Assert.Equal(k.Key, "batch/" + k.Value));
        Assert.Equal(100, keys.Select(static k => k.ModRevision).Distinct().Count());
    }

    [Fact]
    public void A_key_that_comes_twice_has_its_last_value()
    {
        using var shell = cluster.Connect();
        shell.Run("1..3 | ForEach-Object { [pscustomobject]@{ Key = 'batch2/a'; Value = $_ } } | Set-KvKey -Batch 100").WithoutErrors();
        Assert.Equal("3", shell.Run("(Get-KvKey batch2/a).Value").Single<string>());
    }

    [Fact]
    public void Nothing_is_written_with_WhatIf_and_what_fails_is_named()
    {
        using var shell = cluster.Connect();
        shell.Run("Set-KvKey batch3/a 1 -Batch 10 -WhatIf").WithoutErrors();
        Assert.False(shell.Run("Test-KvKey batch3/a").Single<bool>());
        var refused = shell.Run("'a', 'b' | ForEach-Object { [pscustomobject]@{ Key = \"batch3/$_\"; Value = 1; LeaseId = 12345 } } | Set-KvKey -Batch 10");
        Assert.Equal(KvErrorId.LeaseNotFound, refused.ErrorId);
        Assert.Equal(["batch3/a", "batch3/b"], (string[])refused.Errors.Single().TargetObject);
        Assert.Equal(KvErrorId.RequestRefused, shell.Run("Set-KvKey batch3/a 1 -Batch 10 -PassThru").ErrorId);
    }
}
