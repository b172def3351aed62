// Discovery from PowerShell: tokens, who has registered under them, and clusters made with them.

using System.Diagnostics;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Clusters;

[Collection(NodeFixture.Name)]
public sealed class DiscoveryCommandTests(NodeFixture nodes) : IDisposable
{
    private readonly Shell _shell = new();
    private readonly string _folder = TestPaths.NewFolder();

    public void Dispose()
    {
        if (Directory.Exists(_folder) && Directory.EnumerateFiles(_folder, "*.pid").Any())
        {
            _shell.Run("Get-KvNode -Path $a | Stop-KvNode -Force", _folder).WithoutErrors();
        }

        _shell.Dispose();
    }

    [Fact]
    public void A_cluster_is_made_with_a_token_and_the_registry_shows_its_members()
    {
        var token = _shell.Run("New-KvDiscoveryToken 2 -Registry $a", nodes.Endpoints[0]).WithoutErrors().Single<KvDiscoveryToken>();
        Assert.StartsWith(nodes.Endpoints[0], token.Url);
        Assert.Equal((2, token.Token), (token.Size, token.Url.Split('/')[^1]));
        var before = _shell.Run("Get-KvDiscovery $a -Name found-n1, found-n2", token.Url).WithoutErrors().Single<KvDiscovery>();
        Assert.Equal((2, 0, 2, false), (before.Size, before.Registered, before.Missing, before.IsComplete));
        Assert.Equal(["found-n1", "found-n2"], before.MissingName);

        _shell.Run(
            "$b | New-KvCluster found -Count 2 -Path $a -WarningAction Ignore | Start-KvNode -NodePath $c",
            _folder, token, TestPaths.NodeProgram).WithoutErrors();

        var after = _shell.Run("$a | Get-KvDiscovery -Name found-n1, other", token).WithoutErrors().Single<KvDiscovery>();
        Assert.Equal(["found-n1", "found-n2"], after.Member.Select(static m => m.Name).Order());
        Assert.Equal((0, true), (after.Missing, after.IsComplete));
        Assert.Equal(["other"], after.MissingName);
        Assert.All(after.Member, static m => Assert.StartsWith("http://127.0.0.1:", Assert.Single(m.PeerUrl)));
        Assert.Equal(
            ["found-n1", "found-n2"],
            _shell.Run("$null = Connect-KvCluster; (Get-KvMember).Name").WithoutErrors().As<string>().Order());
    }

    [Fact]
    public void The_default_registry_is_where_the_connection_leads()
    {
        using var shell = nodes.Connect();
        Assert.StartsWith(nodes.Endpoints[0], shell.Run("New-KvDiscoveryToken").WithoutErrors().Single<KvDiscoveryToken>().Url);
    }

    [Fact]
    public void The_configuration_of_machines_is_what_the_script_writes()
    {
        var token = _shell.Run("New-KvDiscoveryToken 3 -Registry $a", nodes.Endpoints[0]).WithoutErrors().Single<KvDiscoveryToken>();
        var ours = Path.Combine(_folder, "ours");
        var theirs = Path.Combine(_folder, "theirs");

        var written = _shell.Run("'core-01', 'core-02', 'core-03' | New-KvClusterConfig -Discovery $a -Path $b", token.Url, ours)
            .WithoutErrors().As<FileInfo>();
        using (var script = Process.Start(new ProcessStartInfo(
            Commands.Source("scripts", "new-cluster-config.sh"), ["-o", theirs, "-d", token.Url, "core-01", "core-02", "core-03"])
        {
            RedirectStandardOutput = true,
        })!)
        {
            script.WaitForExit();
            Assert.Equal(0, script.ExitCode);
        }

        Assert.Equal(["core-01.user-data", "core-02.user-data", "core-03.user-data", "kvnode.service"], written.Select(static f => f.Name).Order());
        Assert.All(written, file => Assert.Equal(File.ReadAllText(Path.Combine(theirs, file.Name)), File.ReadAllText(file.FullName)));
        Assert.Contains($"discovery: {token.Url}\n", File.ReadAllText(Path.Combine(ours, "core-01.user-data")));
    }

    [Fact]
    public void A_token_for_the_machines_is_made_on_the_way()
    {
        _shell.Run("New-KvClusterConfig a, b -Registry $a -Path $b", nodes.Endpoints[1], _folder).WithoutErrors();
        var url = File.ReadLines(Path.Combine(_folder, "a.user-data"))
            .Single(static line => line.Contains("discovery:", StringComparison.Ordinal)).Split(": ")[1];
        Assert.Equal(2, _shell.Run("Get-KvDiscovery $a", url).WithoutErrors().Single<KvDiscovery>().Size);
    }

    [Fact]
    public void What_goes_wrong_has_an_id()
    {
        Assert.Equal(
            KvErrorId.DiscoveryTokenNotFound,
            _shell.Run("Get-KvDiscovery $a", nodes.Endpoints[0] + "/v2/keys/_etcd/registry/none").ErrorId);
        Assert.Equal(KvErrorId.EndpointInvalid, _shell.Run("Get-KvDiscovery nowhere").ErrorId);
        Assert.Equal(KvErrorId.EndpointUnavailable, _shell.Run("New-KvDiscoveryToken -Registry 127.0.0.1:9").ErrorId);
        Assert.Equal(KvErrorId.EndpointInvalid, _shell.Run("New-KvDiscoveryToken -Registry http://h/x").ErrorId);
        Assert.Empty(_shell.Run("New-KvDiscoveryToken -Registry $a -WhatIf; New-KvClusterConfig a -Discovery x -Path $b -WhatIf", nodes.Endpoints[0], _folder).WithoutErrors().Output);
        Assert.False(Directory.Exists(_folder));
    }

    [Fact]
    public async Task A_registry_that_refuses_is_quoted()
    {
        await using var gateway = new FakeGateway(static _ => FakeReply.Json("{}"));
        var result = _shell.Run("New-KvDiscoveryToken -Registry $a", gateway.Url);
        Assert.Equal(KvErrorId.RequestRefused, result.ErrorId);
    }
}
