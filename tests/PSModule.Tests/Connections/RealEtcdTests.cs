// The module against real etcd: what cmdlets of each area do there.

using System.Diagnostics;
using Compat.Harness;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Connections;

public abstract class RealEtcdTests : IDisposable
{
    private readonly Shell _shell = new();
    private readonly Process _etcd;
    private readonly string _client = $"http://127.0.0.1:{Ports.FreeOne()}";

    protected RealEtcdTests(string name, string howToGet)
    {
        var program = Path.Combine(TestPaths.Repository, "artifacts", name, "etcd");
        Assert.True(File.Exists(program), $"{program} is missing: run {howToGet}");
        var folder = Directory.CreateDirectory(TestPaths.NewFolder()).FullName;
        var peer = $"http://127.0.0.1:{Ports.FreeOne()}";
        _etcd = Process.Start(program,
        [
            "--data-dir", Path.Combine(folder, "data"), "--listen-client-urls", _client, "--advertise-client-urls", _client,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"default={peer}",
            "--log-outputs", Path.Combine(folder, "log"), "--logger", "zap",
        ]);
        Assert.True(Until.Holds(() => _shell.Run("$null = Connect-KvCluster $a", _client).Errors.Count == 0));
        _shell.Run("$null = Wait-KvCluster").WithoutErrors();
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _etcd.Kill();
        _etcd.WaitForExit();
        _etcd.Dispose();
        _shell.Dispose();
    }

    [Fact]
    public void Keys_watches_history_and_files()
    {
        var first = _shell.Run("(Set-KvKey a/1 one -PassThru).ModRevision").WithoutErrors().Single<long>();
        _shell.Run("Set-KvKey a/1 two; Set-KvKey a/2 ([byte[]](0..255)); Copy-KvKey a/1 a/3; Rename-KvKey a/3 a/4; Remove-KvKey a/2").WithoutErrors();
        Assert.Equal(["one", "two"], _shell.Run("Watch-KvKey a/1 -FromRevision $a -First 2", first).WithoutErrors().As<KvChange>().Select(static c => c.Value));
        Assert.Equal(["a/1", "a/4"], _shell.Run("Get-KvKey a/ -Prefix").WithoutErrors().As<KvKey>().Select(static k => k.Key));
        Assert.Equal(["Changed a/1", "Added a/4"], _shell.Run("Compare-KvRevision $a", first).WithoutErrors().As<KvDifference>().Select(static d => d.ToString()));
        Assert.Equal(["Put", "Put"], _shell.Run("Get-KvKeyHistory a/1").WithoutErrors().As<KvChange>().Select(static c => c.Type.ToString()));
        Assert.Equal(["Put", "Delete"], _shell.Run("Get-KvKeyHistory a/2").WithoutErrors().As<KvChange>().Select(static c => c.Type.ToString()));
        Assert.Equal(KvErrorId.Conflict, _shell.Run("Set-KvKey a/1 three -IfAbsent").ErrorId);
        Assert.Equal(KvErrorId.TimeUnknown, _shell.Run("Get-KvKey a/1 -AsOf ([DateTime]::Now)").ErrorId);
        var path = Path.Combine(Directory.CreateDirectory(TestPaths.NewFolder()).FullName, "a.jsonl");
        _shell.Run("$null = Export-KvKey $a; $null = Import-KvKey $a -Prefix b/", path).WithoutErrors();
        Assert.Equal(2L, _shell.Run("Get-KvKey b/ -Prefix -CountOnly").Single<long>());
        Assert.Equal("two", _shell.Run("(Wait-KvKey b/a/1 -Value two).Value").WithoutErrors().Single<string>());
    }

    [Fact]
    public void Leases_locks_elections_and_transactions()
    {
        var lease = _shell.Run("New-KvLease 300").WithoutErrors().Single<KvLease>();
        _shell.Run("Set-KvKey leased 1 -LeaseId $a; Update-KvLease $a", lease.LeaseId).WithoutErrors();
        Assert.Equal(["leased"], _shell.Run("Get-KvLease -IncludeKey").WithoutErrors().Single<KvLease>().AttachedKey);
        _shell.Run("Remove-KvLease $a", lease.LeaseId).WithoutErrors();
        Assert.Equal(KvErrorId.LeaseNotFound, _shell.Run("Update-KvLease $a", lease.LeaseId).ErrorId);
        Assert.Equal(KvErrorId.LeaseNotFound, _shell.Run("Get-KvLease $a", lease.LeaseId).ErrorId);

        Assert.Equal("True", _shell.Run("Use-KvLock l { param($l) \"$(Test-KvKey $l.LockKey)\" }").WithoutErrors().Output[0].ToString());
        Assert.Equal("host", _shell.Run("$e = Enter-KvElection e host; (Get-KvElection e).Value; $e | Exit-KvElection").WithoutErrors().Output[0].ToString());
        Assert.Equal(KvErrorId.ElectionNotFound, _shell.Run("Get-KvElection e").ErrorId);
        Assert.True(_shell.Run("Invoke-KvTransaction -If (New-KvCompare t -Absent) -Then (New-KvOperation Put t 1), (New-KvOperation Get t)")
            .WithoutErrors().Single<KvTransactionResult>().Succeeded);
        Assert.True(_shell.Run("Invoke-KvTransaction -If (New-KvCompare t -LeaseId 0), (New-KvCompare t -Value 1)")
            .WithoutErrors().Single<KvTransactionResult>().Succeeded);
    }

    [Fact]
    public void Members_health_and_maintenance()
    {
        Assert.Equal("default", _shell.Run("Get-KvMember").WithoutErrors().Single<KvMember>().Name);
        Assert.Equal(KvHealth.Healthy, _shell.Run("Get-KvClusterStatus").WithoutErrors().Single<KvClusterStatus>().Health);
        _shell.Run("1..10 | ForEach-Object { Set-KvKey m $_ }; Compress-KvHistory -Keep 2 -Physical -Confirm:$false").WithoutErrors();
        _shell.Run("Optimize-KvStorage default -Confirm:$false").WithoutErrors();
        Assert.False(_shell.Run("Get-KvHash").WithoutErrors().Single<KvHash>().IsDifferent);
        Assert.Empty(_shell.Run("Get-KvAlarm").WithoutErrors().Output);
        var path = Path.Combine(Directory.CreateDirectory(TestPaths.NewFolder()).FullName, "etcd.db");
        var revision = _shell.Run("(Set-KvKey m last -PassThru).ModRevision").Single<long>();
        var snapshot = _shell.Run("Save-KvSnapshot $a | Get-KvSnapshot -NodePath $b", path, TestPaths.NodeProgram).WithoutErrors().Single<KvSnapshot>();
        Assert.Equal((revision, 1L), (snapshot.Revision, snapshot.KeyCount));
    }

    [Fact]
    public void Users_and_roles()
    {
        _shell.Run(
            """
            function User($name, $text) { $s = [securestring]::new(); $text.ToCharArray() | ForEach-Object { $s.AppendChar($_) }; [pscredential]::new($name, $s) }
            $null = New-KvUser -Credential (User root pw); $null = New-KvRole root; Grant-KvRole root root
            $null = New-KvUser -Credential (User anna pw); $null = New-KvRole reader
            Grant-KvPermission reader app/ -Prefix -Access Read; Grant-KvRole reader anna; Set-KvKey app/a 1
            Enable-KvAuthentication -Confirm:$false
            $null = Connect-KvCluster $a -Credential (User root pw)
            $anna = Connect-KvCluster $a -Credential (User anna pw) -NoDefault
            """,
            _client).WithoutErrors();
        Assert.Equal("1", _shell.Run("(Get-KvKey app/a -Connection $anna).Value").WithoutErrors().Single<string>());
        Assert.Equal(KvErrorId.PermissionDenied, _shell.Run("Set-KvKey app/a 2 -Connection $anna").ErrorId);
        Assert.Equal("1", _shell.Run("(Get-KvKeyHistory app/a -Connection $anna).Value").WithoutErrors().Single<string>());
        Assert.Equal("Read prefix 'app/'", _shell.Run("Get-KvRole reader").WithoutErrors().Single<KvRole>().Permission.Single().ToString());
        Assert.Equal(["reader"], _shell.Run("Get-KvUser anna").WithoutErrors().Single<KvUser>().Role);
        Assert.True(_shell.Run("Get-KvAuthentication").WithoutErrors().Single<KvAuthentication>().IsEnabled);
        Assert.Equal(KvErrorId.AuthFailed, _shell.Run("Connect-KvCluster $a -NoDefault -Credential (User anna no) | Get-KvAuthentication; "
            + "$c = Connect-KvCluster $a -NoDefault; Get-KvKey app/a -Connection $c", _client).Errors[0].FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal("1", _shell.Run(
            """
            $token = [securestring]::new(); $b.ToCharArray() | ForEach-Object { $token.AppendChar($_) }
            $c = Connect-KvCluster $a -Token $token -NoDefault; (Get-KvKey app/a -Connection $c).Value
            """, _client, TokenOfAnna()).WithoutErrors().Single<string>());
        Assert.Equal(KvErrorId.ParameterConflict, _shell.Run("Connect-KvCluster $a -Token $token -Credential (User anna pw)", _client).ErrorId);
        Assert.Equal(KvErrorId.LoginNotProtected, _shell.Run("Connect-KvCluster http://192.0.2.1:2379 -Token $token").ErrorId);
        _shell.Run("Disable-KvAuthentication -Confirm:$false; Remove-KvRole reader -Confirm:$false; Remove-KvUser anna -Confirm:$false").WithoutErrors();
    }

    private string TokenOfAnna()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_client + "/v3/auth/authenticate"))
        {
            Content = new StringContent("""{"name":"anna","password":"pw"}"""),
        };
        using var answer = http.Send(request);
        using var text = new StreamReader(answer.Content.ReadAsStream());
        return (string)Newtonsoft.Json.Linq.JObject.Parse(text.ReadToEnd())["token"]!;
    }
}

public sealed class RealEtcd35Tests() : RealEtcdTests("etcd", "scripts/fetch-etcd.sh");

public sealed class RealEtcd34Tests() : RealEtcdTests("etcd34", "scripts/fetch-etcd.sh artifacts/etcd34 bookworm");
