// Health, hashes, leadership, compaction and alarms from the prompt.

using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Clusters;

public sealed class MaintenanceCommandTests : IDisposable
{
    private readonly Shell _shell = new();

    public MaintenanceCommandTests()
    {
        _shell.Run(
            "$env:KVNODE = $a; New-KvCluster -Count 3 -Name care -Path $b | Start-KvNode; $null = Connect-KvCluster",
            TestPaths.NodeProgram,
            TestPaths.NewFolder()).WithoutErrors();
    }

    public void Dispose()
    {
        _shell.Run("Get-KvNode care* | Stop-KvNode");
        _shell.Dispose();
    }

    [Fact]
    public void Health_follows_the_members()
    {
        var status = _shell.Run("Get-KvConnection | Get-KvClusterStatus").WithoutErrors().Single<KvClusterStatus>();
        Assert.Equal((KvHealth.Healthy, 3, 1), (status.Health, status.Online, status.FailuresTolerated));
        Assert.NotNull(status.Leader);
        Assert.True(_shell.Run("Test-KvClusterHealth -RequireAllMember").WithoutErrors().Single<bool>());
        var leads = _shell.Run("Get-KvMetric etcd_server_is_leader").WithoutErrors().As<KvMetric>();
        Assert.Equal((3, 1.0), (leads.Count, leads.Sum(static m => m.Value)));
        Assert.All(
            _shell.Run("Get-KvMetric grpc_server_handled_total -Endpoint $a", leads[0].Endpoint).WithoutErrors().As<KvMetric>(),
            static m => Assert.Contains("grpc_method", m.Label.Keys));

        _shell.Run("Get-KvNode care* | Where-Object Name -EQ $a | Stop-KvNode", Follower(status)).WithoutErrors();
        status = _shell.Run("Get-KvClusterStatus -WarningAction Ignore").WithoutErrors().Single<KvClusterStatus>();
        Assert.Equal((KvHealth.Degraded, 2, 0), (status.Health, status.Online, status.FailuresTolerated));
        Assert.True(_shell.Run("Test-KvClusterHealth -WarningAction Ignore").WithoutErrors().Single<bool>());
        Assert.False(_shell.Run("Test-KvClusterHealth -RequireAllMember -WarningAction Ignore").WithoutErrors().Single<bool>());

        _shell.Run("Get-KvNode care* | Stop-KvNode -Force").WithoutErrors();
        Assert.False(_shell.Run("Test-KvClusterHealth -TimeoutSec 1 -WarningAction Ignore").WithoutErrors().Single<bool>());
    }

    [Fact]
    public void Leadership_moves_hashes_agree_and_history_is_compacted()
    {
        var status = _shell.Run("Get-KvClusterStatus").WithoutErrors().Single<KvClusterStatus>();
        var next = Follower(status);
        _shell.Run("Move-KvLeader $a -WhatIf", next).WithoutErrors();
        Assert.Equal(status.Leader, _shell.Run("Get-KvClusterStatus").WithoutErrors().Single<KvClusterStatus>().Leader);
        _shell.Run("Move-KvLeader $a", next).WithoutErrors();
        Assert.True(Until.Holds(() => _shell.Run("Get-KvClusterStatus").As<KvClusterStatus>().SingleOrDefault()?.Leader == next));
        Assert.Equal(KvErrorId.MemberNotFound, _shell.Run("Move-KvLeader nobody").ErrorId);

        _shell.Run("1..10 | ForEach-Object { Set-KvKey care $_ }").WithoutErrors();
        var hashes = _shell.Run("Get-KvHash").WithoutErrors().As<KvHash>();
        Assert.Equal(3, hashes.Count);
        Assert.Single(hashes.Select(static h => (h.Hash, h.Revision)).Distinct());
        Assert.DoesNotContain(hashes, static h => h.IsDifferent);
        Assert.Equal(KvErrorId.RevisionFuture, _shell.Run("Get-KvHash -Revision 1000000").Errors[0].FullyQualifiedErrorId.Split(',')[0]);

        var newest = _shell.Run("Get-KvKey care").WithoutErrors().Single<KvKey>().ModRevision;
        _shell.Run("Compress-KvHistory -Keep 2 -WhatIf").WithoutErrors();
        _shell.Run("Get-KvKey care -Revision $a", newest - 5).WithoutErrors();
        _shell.Run("Compress-KvHistory -Keep 2 -Physical -Confirm:$false").WithoutErrors();
        Assert.Equal(KvErrorId.RevisionCompacted, _shell.Run("Get-KvKey care -Revision $a", newest - 5).ErrorId);
        _shell.Run("Get-KvKey care -Revision $a", newest - 2).WithoutErrors();
        Assert.Equal(KvErrorId.RevisionCompacted, _shell.Run("Compress-KvHistory $a -Confirm:$false", newest - 4).ErrorId);

        var names = _shell.Run("Get-KvMember | Optimize-KvStorage -PassThru -Confirm:$false").WithoutErrors().As<KvMember>();
        Assert.Equal(next, names[^1].Name);
        Assert.Equal(3, names.Count);
    }

    [Fact]
    public async Task Alarms_are_listed_and_cleared()
    {
        Assert.Empty(_shell.Run("Get-KvAlarm").WithoutErrors().Output);
        await using var gateway = new FakeGateway(static r => r.Path switch
        {
            "/v3/maintenance/alarm" => FakeReply.Json($"{{{FakeGateway.Header},\"alarms\":[{{\"memberID\":\"2\",\"alarm\":\"NOSPACE\"}}]}}"),
            "/v3/cluster/member/list" => FakeReply.Json($"{{{FakeGateway.Header},\"members\":[{{\"ID\":\"2\",\"name\":\"n1\"}}]}}"),
            _ => FakeGateway.Healthy(r),
        });
        using var shell = new Shell();
        shell.Run("$null = Connect-KvCluster $a", gateway.Url).WithoutErrors();
        Assert.Equal("NOSPACE of n1", shell.Run("Get-KvAlarm").WithoutErrors().Single<KvAlarm>().ToString());
        shell.Run("Clear-KvAlarm -WhatIf").WithoutErrors();
        Assert.DoesNotContain(gateway.Requests, static r => r.Body.Contains("DEACTIVATE", StringComparison.Ordinal));
        shell.Run("Get-KvAlarm | Clear-KvAlarm").WithoutErrors();
        var sent = Assert.Single(gateway.Requests, static r => r.Body.Contains("DEACTIVATE", StringComparison.Ordinal));
        Assert.Equal("{\"action\":\"DEACTIVATE\",\"memberID\":\"2\",\"alarm\":\"NOSPACE\"}", sent.Body);
    }

    [Fact]
    public async Task Older_servers_are_asked_as_they_understand_it()
    {
        var url = string.Empty;
        await using var gateway = new FakeGateway(r => r.Path switch
        {
            "/v3/maintenance/hashkv" or "/v3/auth/status" => new FakeReply { Status = 404, Body = "Not Found" },
            "/v3/auth/authenticate" => FakeReply.Error(400, 9, "etcdserver: authentication is not enabled"),
            "/v3/maintenance/hash" => FakeReply.Json($"{{{FakeGateway.Header},\"hash\":255,\"compact_revision\":\"3\"}}"),
            "/v3/cluster/member/list" => FakeReply.Json($"{{{FakeGateway.Header},\"members\":[{{\"ID\":\"2\",\"name\":\"n1\",\"clientURLs\":[\"{url}\"]}}]}}"),
            _ => FakeGateway.Healthy(r),
        });
        url = gateway.Url;
        using var shell = new Shell();
        shell.Run("$null = Connect-KvCluster $a", gateway.Url).WithoutErrors();
        var hash = shell.Run("Get-KvHash").WithoutErrors().Single<KvHash>();
        Assert.Equal(("000000ff", 5L, 3L), (hash.HexHash, hash.Revision, hash.CompactRevision));
        Assert.False(shell.Run("Get-KvAuthentication").WithoutErrors().Single<KvAuthentication>().IsEnabled);
    }

    private static string Follower(KvClusterStatus status) => status.Member.First(m => m.Name != status.Leader).Name;

    [Fact]
    public void Performance_is_measured_and_nothing_is_left()
    {
        Assert.Empty(_shell.Run("Measure-KvPerformance -WhatIf").WithoutErrors().Output);
        var found = _shell.Run("Measure-KvPerformance Put, Get, SerializableGet -DurationSeconds 1 -Concurrency 4").WithoutErrors().As<KvPerformance>();
        Assert.Equal([KvPerformanceOperation.Put, KvPerformanceOperation.Get, KvPerformanceOperation.SerializableGet], found.Select(static f => f.Operation));
        Assert.All(found, static f =>
        {
            Assert.True(f.Count > 0 && f.Failed == 0 && f.Rate > 0);
            Assert.InRange(f.Median, 0.001, f.P90);
            Assert.InRange(f.P90, f.Median, f.P99);
            Assert.InRange(f.P99, f.P90, f.Slowest);
        });
        Assert.Equal(0L, _shell.Run("Get-KvKey kv-measure/ -Prefix -CountOnly").WithoutErrors().Single<long>());
    }
}
