// Which endpoints a connection has, what makes one fail, and whose default it is.

using System.Collections.ObjectModel;
using System.Management.Automation;
using Compat.Harness;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Connections;

[Collection(NodeFixture.Name)]
public sealed class ConnectionTests(NodeFixture node)
{
    [Fact]
    public void Without_a_connection_cmdlets_say_what_to_do()
    {
        using var shell = new Shell();
        var result = shell.Run("Get-KvKey a");
        Assert.Equal(KvErrorId.NotConnected, result.ErrorId);
        Assert.Contains("Connect-KvCluster", result.Errors[0].ErrorDetails.RecommendedAction);
        Assert.Equal(KvErrorId.NotConnected, shell.Run("Disconnect-KvCluster").ErrorId);
    }

    [Fact]
    public void A_connection_knows_its_cluster()
    {
        using var shell = new Shell();
        var connection = shell.Run("Connect-KvCluster $a", (object)node.Endpoints).WithoutErrors().Single<KvConnection>();
        Assert.NotEqual(0UL, connection.ClusterId);
        Assert.Matches(@"^\d+\.\d+\.\d+", connection.ServerVersion);
        Assert.Equal(node.Endpoints, connection.Endpoint);
        Assert.Equal(connection, shell.Run("Get-KvConnection -Default").Single<KvConnection>());
    }

    [Fact]
    public void Endpoints_come_without_scheme_from_nodes_and_from_the_environment()
    {
        using var shell = new Shell();
        var bare = node.Endpoints[0]["http://".Length..];
        Assert.Equal(node.Endpoints[0], shell.Run("Connect-KvCluster $a", bare).WithoutErrors().Single<KvConnection>().CurrentEndpoint);
        Assert.Equal(node.Endpoints, shell.Run("$a | Connect-KvCluster", (object)node.Nodes.ToArray()).WithoutErrors().Single<KvConnection>().Endpoint);
        Environment.SetEnvironmentVariable("ETCDCTL_ENDPOINTS", string.Join(", ", node.Endpoints));
        try
        {
            Assert.Equal(node.Endpoints, shell.Run("Connect-KvCluster").WithoutErrors().Single<KvConnection>().Endpoint);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ETCDCTL_ENDPOINTS", null);
        }
    }

    [Fact]
    public void Members_can_be_discovered_from_one()
    {
        using var shell = new Shell();
        var connection = shell.Run("Connect-KvCluster $a -DiscoverMember", node.Endpoints[1]).WithoutErrors().Single<KvConnection>();
        Assert.Equal(node.Endpoints[1], connection.Endpoint[0]);
        Assert.Equal(node.Endpoints.Order(), connection.Endpoint.Order());
    }

    [Theory]
    [InlineData("ftp://127.0.0.1:1")]
    [InlineData("http://")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:2379/path")]
    public void What_is_no_endpoint_is_refused(string text)
    {
        using var shell = new Shell();
        Assert.Equal(KvErrorId.EndpointInvalid, shell.Run("Connect-KvCluster $a", text).ErrorId);
    }

    [Fact]
    public void One_endpoint_that_answers_is_enough_and_the_others_are_named()
    {
        using var shell = new Shell();
        var closed = $"http://127.0.0.1:{Ports.FreeOne()}";
        var result = shell.Run("Connect-KvCluster $a, $b", closed, node.Endpoints[0]).WithoutErrors();
        Assert.Equal(node.Endpoints[0], result.Single<KvConnection>().CurrentEndpoint);
        Assert.Contains(closed, Assert.Single(result.Warnings));

        var none = shell.Run("Connect-KvCluster $a", closed);
        Assert.Equal(KvErrorId.EndpointUnavailable, none.ErrorId);
        Assert.Equal(ErrorCategory.ConnectionError, none.Errors[0].CategoryInfo.Category);
        Assert.Contains("connection refused", none.Errors[0].ToString());
    }

    [Fact]
    public async Task Endpoints_of_different_clusters_are_refused()
    {
        await using var other = new FakeGateway(FakeGateway.Healthy);
        using var shell = new Shell();
        Assert.Equal(KvErrorId.ClusterMismatch, shell.Run("Connect-KvCluster $a, $b", other.Url, node.Endpoints[0]).ErrorId);
    }

    [Fact]
    public void A_closed_connection_is_not_used()
    {
        using var shell = new Shell();
        shell.Run("$c = Connect-KvCluster $a; $d = Connect-KvCluster $a -NoDefault; $c | Disconnect-KvCluster", node.Endpoints[0]).WithoutErrors();
        Assert.Equal(KvErrorId.NotConnected, shell.Run("Get-KvMember").ErrorId);
        Assert.Equal(KvErrorId.NotConnected, shell.Run("Get-KvMember -Connection $c").ErrorId);
        Assert.NotEmpty(shell.Run("Get-KvMember -Connection $d").WithoutErrors().Output);
        Assert.Single(shell.Run("Get-KvConnection").Output);
    }

    [Fact]
    public async Task Runspaces_do_not_share_a_default()
    {
        await using var other = new FakeGateway(FakeGateway.Healthy);
        using var first = node.Connect();
        using var second = new Shell();
        second.Run("$null = Connect-KvCluster $a", other.Url).WithoutErrors();
        Assert.Equal(1UL, second.Run("Get-KvConnection -Default").Single<KvConnection>().ClusterId);
        Assert.NotEqual(1UL, first.Run("Get-KvConnection -Default").Single<KvConnection>().ClusterId);
        using var third = new Shell();
        Assert.Equal(KvErrorId.NotConnected, third.Run("Get-KvMember").ErrorId);
    }

    [Fact]
    public void Members_are_found_by_name_and_id()
    {
        using var shell = node.Connect();
        var all = shell.Run("Get-KvMember").WithoutErrors().As<KvMember>();
        Assert.Equal(["shared-n1", "shared-n2", "shared-n3"], all.Select(static m => m.Name).Order());
        var one = all[0];
        Assert.Equal(one, shell.Run("Get-KvMember $a", one.Name).WithoutErrors().Single<KvMember>());
        Assert.Equal(one, shell.Run("Get-KvMember -Id $a", "0x" + one.HexId).WithoutErrors().Single<KvMember>());
        Assert.Equal(one, shell.Run("$a | Get-KvMember", one).WithoutErrors().Single<KvMember>());
        Assert.Equal(3, shell.Run("Get-KvMember shared-* -NoStatus").WithoutErrors().Output.Count);
        Assert.Equal(KvErrorId.MemberNotFound, shell.Run("Get-KvMember nobody").ErrorId);
        Assert.Equal(KvErrorId.MemberNotFound, shell.Run("Get-KvMember -Id 0x1").ErrorId);
    }

    [Fact]
    public void Keys_members_and_nodes_complete()
    {
        using var shell = node.Connect();
        shell.Run("Set-KvKey 'complete/a b' 1; Set-KvKey complete/c 1; Set-KvKey 'complete/d*' 1").WithoutErrors();
        AssertCompletes(shell, "Get-KvKey complete/", "'complete/a b'", "complete/c", "'complete/d`*'");
        AssertCompletes(shell, "Get-KvKey -LiteralKey complete/", "'complete/a b'", "complete/c", "'complete/d*'");
        AssertCompletes(shell, "Get-KvMember shared", "shared-n1", "shared-n2", "shared-n3");
    }

    [Fact]
    public async Task Completion_is_silent_and_quick_when_nothing_answers()
    {
        await using var silent = new FakeGateway(static r => r.Path == "/v3/kv/range" ? FakeReply.Silence() : FakeGateway.Healthy(r));
        using var shell = new Shell();
        shell.Run("$null = Connect-KvCluster $a; $null = Get-KvConnection", silent.Url).WithoutErrors();
        var elapsed = System.Diagnostics.Stopwatch.StartNew();
        Assert.Empty(Complete(shell, "Get-KvKey silent/"));
        Assert.InRange(elapsed.ElapsedMilliseconds, 0, 1_500);
        Assert.Contains(silent.Requests, static r => r.Path == "/v3/kv/range");
    }

    /// <summary>On a machine that is busy, an answer may come too late for one press of the key.</summary>
    private static void AssertCompletes(Shell shell, string line, params string[] expected)
    {
        List<string> last = [];
        Assert.True(
            Until.Holds(() => (last = Complete(shell, line)).Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal))),
            string.Join(", ", last));
    }

    private static List<string> Complete(Shell shell, string line)
    {
        var result = shell.Run("[System.Management.Automation.CommandCompletion]::CompleteInput($a, $a.Length, $null)", line)
            .WithoutErrors().Single<CommandCompletion>();
        Collection<CompletionResult> matches = result.CompletionMatches;
        return [.. matches.Where(static m => m.ResultType == CompletionResultType.ParameterValue).Select(static m => m.CompletionText)];
    }
}
