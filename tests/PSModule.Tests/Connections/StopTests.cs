// Ctrl-C ends every cmdlet that can wait within half a second, and nothing of it stays behind.

using System.Diagnostics;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Connections;

public sealed class StopTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData("Get-KvKey a", "/v3/kv/range")]
    [InlineData("Set-KvKey a b", "/v3/kv/put")]
    [InlineData("Remove-KvKey a", "/v3/kv/deleterange")]
    [InlineData("Get-KvMember", "/v3/cluster/member/list")]
    [InlineData("Watch-KvKey a", "/v3/watch")]
    [InlineData("Watch-KvKey a -Prefix -IncludeSnapshot", "/v3/kv/range")]
    [InlineData("Wait-KvKey a", "/v3/watch")]
    [InlineData("Watch-KvElection e", "/v3/watch")]
    [InlineData("Get-KvKeyHistory a", "/v3/watch")]
    [InlineData("Get-KvKey a -AsOf ([DateTime]::Now)", "/kv/revision")]
    [InlineData("Invoke-KvTransaction -Then (New-KvOperation Get a)", "/v3/kv/txn")]
    [InlineData("Lock-KvResource a", "/v3/lock/lock")]
    [InlineData("Enter-KvElection a", "/v3/election/campaign")]
    [InlineData("Save-KvSnapshot ([System.IO.Path]::GetTempFileName()) -Force", "/v3/maintenance/snapshot")]
    [InlineData("Measure-KvPerformance", "/v3/kv/put")]
    [InlineData("Get-KvClusterStatus", "/v3/cluster/member/list")]
    [InlineData("Copy-KvKey a b", "/v3/kv/txn")]
    public async Task A_request_without_answer_is_given_up(string script, string path)
    {
        await using var gateway = new FakeGateway(request =>
            request.Path.Split('?')[0] == path ? FakeReply.Silence() : FakeGateway.Healthy(request));
        using var shell = new Shell();
        shell.Run("$null = Connect-KvCluster $a", gateway.Url).WithoutErrors();
        Stops(shell, script, () => gateway.Requests.Any(r => r.Path.Split('?')[0] == path));
    }

    [Fact]
    public async Task A_watch_that_waits_for_events_is_ended()
    {
        await using var gateway = new FakeGateway(static request => request.Path == "/v3/watch"
            ? FakeReply.Stream($"{{\"result\":{{{FakeGateway.Header},\"created\":true}}}}")
            : FakeGateway.Healthy(request));
        using var shell = new Shell();
        shell.Run("$null = Connect-KvCluster $a", gateway.Url).WithoutErrors();
        Stops(shell, "Watch-KvKey a, b", () => gateway.Requests.Count(static r => r.Path == "/v3/watch") == 2);
    }

    [Fact]
    public void Connecting_to_a_host_that_takes_no_connection_is_given_up()
    {
        // A listener whose queue is full answers nothing, like a firewall that drops packets.
        using var hole = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        hole.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        hole.Listen(0);
        var fillers = Enumerable.Range(0, 4).Select(_ => new TcpClient()).ToList();
        try
        {
            var port = ((IPEndPoint)hole.LocalEndPoint!).Port;
            var filling = fillers.Select(f => f.ConnectAsync(IPAddress.Loopback, port)).ToList();
            using var shell = new Shell();
            Stops(shell, $"Connect-KvCluster 127.0.0.1:{port}", static () => true);
            Assert.Contains(filling, static f => !f.IsCompleted);
        }
        finally
        {
            fillers.ForEach(static f => f.Dispose());
        }
    }

    [Fact]
    public void Waiting_for_a_node_is_given_up()
    {
        using var shell = new Shell();
        var folder = TestPaths.NewFolder();
        shell.Run("$n = New-KvCluster -Count 1 -Path $a", folder).WithoutErrors();
        try
        {
            var program = FakeProgram.Create("exec sleep 60");
            Stops(shell, $"$n | Start-KvNode -NodePath '{program}'", () => File.Exists(Path.Combine(folder, "local-n1.pid")));
        }
        finally
        {
            shell.Run("$n | Stop-KvNode -Force").WithoutErrors();
        }
    }

    private static void Stops(Shell shell, string script, Func<bool> isWaiting)
    {
        using var pipeline = shell.Create(script);
        var running = pipeline.BeginInvoke();
        Assert.True(Until.Holds(isWaiting), "the command did not come to its wait");
        Assert.False(running.IsCompleted);
        var elapsed = Stopwatch.StartNew();
        pipeline.Stop();
        Assert.InRange(elapsed.Elapsed, TimeSpan.Zero, Limit);
        Assert.Equal(PSInvocationState.Stopped, pipeline.InvocationStateInfo.State);
        shell.Run("$null = Get-KvConnection").WithoutErrors();
    }
}
