// Leases from the prompt, on a real cluster.

using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Keys;

[Collection(NodeFixture.Name)]
public sealed class LeaseCommandTests(NodeFixture cluster)
{
    [Fact]
    public void A_lease_is_granted_read_renewed_and_removed_with_its_keys()
    {
        using var shell = cluster.Connect();
        var lease = shell.Run("New-KvLease 300").WithoutErrors().Single<KvLease>();
        Assert.Equal(TimeSpan.FromSeconds(300), lease.TimeToLive);

        shell.Run("Set-KvKey lease/a 1 -LeaseId $a; Set-KvKey lease/b 2 -LeaseId $b", lease.LeaseId, lease.HexId).WithoutErrors();
        var read = shell.Run("Get-KvLease $a -IncludeKey", lease.HexId).WithoutErrors().Single<KvLease>();
        Assert.Equal(["lease/a", "lease/b"], read.AttachedKey);
        Assert.InRange(read.Remaining.TotalSeconds, 200, 300);
        Assert.Contains(lease, shell.Run("Get-KvLease").WithoutErrors().As<KvLease>());
        Assert.Equal(lease, shell.Run("$a | Update-KvLease -PassThru", lease).WithoutErrors().Single<KvLease>());
        Assert.Empty(shell.Run("$a | Update-KvLease", lease).WithoutErrors().Output);

        shell.Run("$a | Remove-KvLease -WhatIf", lease).WithoutErrors();
        Assert.Equal(2L, shell.Run("Get-KvKey lease/ -Prefix -CountOnly").Single<long>());
        shell.Run("$a | Remove-KvLease", lease).WithoutErrors();
        Assert.Equal(0L, shell.Run("Get-KvKey lease/ -Prefix -CountOnly").Single<long>());
        Assert.All(
            ["Get-KvLease", "Update-KvLease", "Remove-KvLease"],
            command => Assert.Equal(KvErrorId.LeaseNotFound, shell.Run($"{command} {lease.HexId}").ErrorId));
    }

    [Fact]
    public void The_id_can_be_chosen_once()
    {
        using var shell = cluster.Connect();
        Assert.Equal(0xabc123, shell.Run("New-KvLease 00:05:00 -LeaseId abc123").WithoutErrors().Single<KvLease>().LeaseId);
        Assert.Contains("already exists", shell.Run("New-KvLease 300 -LeaseId abc123").Errors.Single().Exception.Message);
        shell.Run("Remove-KvLease abc123").WithoutErrors();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("9000000001")]
    public void A_life_etcd_would_refuse_is_refused_before_it_is_sent(string seconds)
    {
        using var shell = new Shell();
        Assert.StartsWith("ParameterArgumentValidationError", shell.Run($"New-KvLease {seconds}").ErrorId);
    }

    [Fact]
    public void Keys_of_one_pipeline_share_the_lease_of_TimeToLive()
    {
        using var shell = cluster.Connect();
        shell.Run("1..3 | ForEach-Object { [pscustomobject]@{ Key = \"ttl/$_\"; Value = $_ } } | Set-KvKey -TimeToLive 300").WithoutErrors();
        var keys = shell.Run("Get-KvKey ttl/ -Prefix").WithoutErrors().As<KvKey>();
        Assert.Equal(3, keys.Count);
        var id = Assert.Single(keys.Select(static k => k.LeaseId).Distinct());
        Assert.Equal(300, shell.Run("Get-KvLease $a", id).WithoutErrors().Single<KvLease>().TimeToLive.TotalSeconds);
        Assert.Contains("TimeToLive", shell.Run("Set-KvKey ttl/x 1 -TimeToLive 5 -LeaseId 7").Errors.Single().Exception.Message);
        shell.Run("Remove-KvLease $a", id).WithoutErrors();
    }

    [Fact]
    public void Ids_are_completed()
    {
        using var shell = cluster.Connect();
        var lease = shell.Run("New-KvLease 300").WithoutErrors().Single<KvLease>();
        var text = shell.Run("(TabExpansion2 'Get-KvLease ' 12).CompletionMatches | ForEach-Object CompletionText").WithoutErrors().As<string>();
        Assert.Contains(lease.HexId, text);
        shell.Run("Remove-KvLease $a", lease.LeaseId).WithoutErrors();
    }
}
