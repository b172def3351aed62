// Users and roles from the prompt, and connections that log in, on a real node of their own.

using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Connections;

public sealed class LoginTests : IDisposable
{
    private const string Secret = "function Secret($text) { $s = [securestring]::new(); $text.ToCharArray() | ForEach-Object { $s.AppendChar($_) }; $s }\n"
        + "function User($name, $text) { [pscredential]::new($name, (Secret $text)) }\n";

    private readonly Shell _shell = new();
    private readonly KvNode _node;

    public LoginTests()
    {
        _shell.Run(
            "$env:KVNODE = $a; New-KvCluster -Count 1 -Name login -Path $b | Start-KvNode", TestPaths.NodeProgram, TestPaths.NewFolder())
            .WithoutErrors();
        _node = _shell.Run("Get-KvNode login*").WithoutErrors().Single<KvNode>();
        _shell.Run(Secret
            + """
              $null = Connect-KvCluster $a
              $null = New-KvUser -Credential (User root pw)
              $null = New-KvRole root
              Grant-KvRole root root
              $null = New-KvUser anna (Secret secret1)
              $null = New-KvRole writer
              Grant-KvPermission writer app/ -Prefix -Access ReadWrite
              Grant-KvPermission writer config Read
              Get-KvUser anna | Grant-KvRole writer
              Set-KvKey config blue
              Enable-KvAuthentication -Confirm:$false
              $root = Connect-KvCluster $a -Credential (User root pw)
              $anna = Connect-KvCluster $a -Credential (User anna secret1) -NoDefault
              """,
            _node.ClientUrl).WithoutErrors();
    }

    public void Dispose()
    {
        _shell.Run("Get-KvNode login* | Stop-KvNode");
        _shell.Dispose();
    }

    [Fact]
    public void Roles_permit_what_they_were_granted()
    {
        Assert.True(_shell.Run("Get-KvAuthentication").WithoutErrors().Single<KvAuthentication>().IsEnabled);
        _shell.Run("Set-KvKey app/a 1 -Connection $anna; Get-KvKey app/ -Prefix -Connection $anna; Get-KvKey config -Connection $anna").WithoutErrors();
        Assert.Equal(KvErrorId.PermissionDenied, _shell.Run("Set-KvKey config red -Connection $anna").ErrorId);
        Assert.Equal(KvErrorId.PermissionDenied, _shell.Run("Get-KvUser -Connection $anna").ErrorId);
        Assert.Equal("anna", _shell.Run("$anna.UserName").WithoutErrors().Single<string>());

        var role = _shell.Run("Get-KvRole wr*").WithoutErrors().Single<KvRole>();
        Assert.Equal(["Read key 'config'", "ReadWrite prefix 'app/'"], role.Permission.Select(static p => p.ToString()).Order());
        Assert.Equal(["writer"], _shell.Run("Get-KvUser anna").WithoutErrors().Single<KvUser>().Role);
        Assert.Equal(["anna", "root"], _shell.Run("Get-KvUser").WithoutErrors().As<KvUser>().Select(static u => u.Name).Order());

        _shell.Run("Revoke-KvPermission writer app/ -Prefix").WithoutErrors();
        Assert.Equal(KvErrorId.PermissionDenied, _shell.Run("Set-KvKey app/a 2 -Connection $anna").ErrorId);
        _shell.Run("Revoke-KvRole writer anna").WithoutErrors();
        Assert.Equal(KvErrorId.PermissionDenied, _shell.Run("Get-KvKey config -Connection $anna").ErrorId);
    }

    [Fact]
    public void Who_does_not_log_in_or_does_so_wrongly_is_told()
    {
        Assert.Equal(KvErrorId.AuthFailed, _shell.Run("Connect-KvCluster $a -NoDefault", _node.ClientUrl).ErrorId);
        Assert.Equal(KvErrorId.AuthFailed, _shell.Run("Connect-KvCluster $a -NoDefault -Credential (User anna wrong)", _node.ClientUrl).ErrorId);
        Assert.Equal(KvErrorId.UserNotFound, _shell.Run("Get-KvUser nobody").ErrorId);
        Assert.Equal(KvErrorId.RoleNotFound, _shell.Run("Get-KvRole nothing").ErrorId);
        Assert.Contains("already exists", _shell.Run("New-KvRole writer").Errors.Single().Exception.Message);
        Assert.Equal(
            System.Management.Automation.ErrorCategory.ResourceExists,
            _shell.Run("New-KvUser anna -NoPassword").Errors.Single().CategoryInfo.Category);
    }

    [Fact]
    public void A_password_is_changed_and_users_and_roles_are_removed()
    {
        _shell.Run("Set-KvUser -Credential (User anna secret2)").WithoutErrors();
        _shell.Run("Connect-KvCluster $a -NoDefault -Credential (User anna secret2)", _node.ClientUrl).WithoutErrors();
        _shell.Run("Remove-KvUser anna -WhatIf; Remove-KvRole writer -WhatIf").WithoutErrors();
        Assert.Equal(["writer"], _shell.Run("Get-KvUser anna").WithoutErrors().Single<KvUser>().Role);
        _shell.Run("Get-KvRole writer | Remove-KvRole -Confirm:$false; Remove-KvUser anna -Confirm:$false").WithoutErrors();
        Assert.Equal("root", _shell.Run("Get-KvUser").WithoutErrors().Single<KvUser>().Name);
        _shell.Run("Disable-KvAuthentication -Confirm:$false").WithoutErrors();
        Assert.False(_shell.Run("$a | Get-KvAuthentication", _shell.Run("Connect-KvCluster $a", _node.ClientUrl).Single<KvConnection>())
            .WithoutErrors().Single<KvAuthentication>().IsEnabled);
    }

    [Fact]
    public async Task Calls_and_watches_log_in_again_when_the_node_forgot_the_token()
    {
        var first = _shell.Run("Set-KvKey app/a 0 -Connection $anna -PassThru").WithoutErrors().Single<KvKey>();
        using var other = new Shell();
        var anna = _shell.Run("$anna").Single<KvConnection>();
        using var watch = other.Create("Watch-KvKey app/ -Prefix -Connection $a -FromRevision $b -First 2", anna, first.ModRevision);
        var output = new System.Management.Automation.PSDataCollection<System.Management.Automation.PSObject>();
        var running = watch.InvokeAsync<System.Management.Automation.PSObject, System.Management.Automation.PSObject>(null, output);
        Assert.True(Until.Holds(() => output.Count == 1));

        // Tokens live in the node's memory only.
        _shell.Run("Stop-KvNode $a -Force; Start-KvNode $a", _node.Name).WithoutErrors();
        var written = _shell.Run("Set-KvKey app/b 2 -Connection $anna -Verbose").WithoutErrors();
        Assert.Contains(written.Verbose, static line => line.Contains("logging in again", StringComparison.Ordinal));
        await running.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(watch.Streams.Error);
        Assert.Equal(["app/a", "app/b"], output.Select(static o => ((KvChange)o.BaseObject).Key));
    }

    [Fact]
    public void A_password_does_not_leave_the_machine_in_the_clear()
    {
        Assert.Equal(
            KvErrorId.LoginNotProtected, _shell.Run("Connect-KvCluster http://192.0.2.1:2379 -Credential (User anna x)").ErrorId);
        Assert.Equal(
            KvErrorId.EndpointUnavailable,
            _shell.Run("Connect-KvCluster http://192.0.2.1:2379 -Credential (User anna x) -AllowUnencryptedAuthentication "
                + "-ConnectionTimeoutSeconds 1 -OperationTimeoutSeconds 1").ErrorId);
    }
}
