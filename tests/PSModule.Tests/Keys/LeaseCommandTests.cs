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
    public async Task What_became_of_renewals_is_told()
    {
        var renewals = 0;
        await using var gateway = new FakeGateway(request => request.Path switch
        {
            "/v3/lease/grant" => FakeReply.Json($"{{{FakeGateway.Header},\"ID\":\"7\",\"TTL\":\"3\"}}"),
            "/v3/lease/keepalive" => Interlocked.Increment(ref renewals) == 1
                ? FakeReply.Error(503, 14, "etcdserver: no leader")
                : FakeReply.Json($"{{\"result\":{{{FakeGateway.Header},\"ID\":\"7\",\"TTL\":\"3\"}}}}"),
            _ => FakeGateway.Healthy(request),
        });
        using var shell = new Shell();
        shell.Run("$null = Connect-KvCluster $a", gateway.Url).WithoutErrors();
        var result = shell.Run("Use-KvLease 3 -Verbose { while (-not $a.Invoke()) { } }", new Func<bool>(() => Volatile.Read(ref renewals) >= 3)).WithoutErrors();
        Assert.Contains(result.Verbose, static v => v.Contains("0000000000000007 could not be renewed: ") && v.Contains("no leader"));
        Assert.Contains(result.Verbose, static v => v.Contains("0000000000000007 is renewed again"));
    }

    [Fact]
    public void Ids_are_completed()
    {
        using var shell = cluster.Connect();
        var lease = shell.Run("New-KvLease 300").WithoutErrors().Single<KvLease>();

        // On a machine that is busy, an answer may come too late for one press of the key.
        Assert.True(Until.Holds(() => shell.Run("(TabExpansion2 'Get-KvLease ' 12).CompletionMatches | ForEach-Object CompletionText")
            .WithoutErrors().As<string>().Contains(lease.HexId)));
        shell.Run("Remove-KvLease $a", lease.LeaseId).WithoutErrors();
    }
}
