// What happens when one of several endpoints fails: reads move on, writes only if they cannot have
// been received.

using Kv.PowerShell.Errors;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Connections;

public sealed class FailoverTests
{
    private const string Row = "\"kvs\":[{\"key\":\"YQ==\",\"mod_revision\":\"4\",\"version\":\"1\",\"value\":\"eA==\"}],\"count\":\"1\"";

    [Fact]
    public async Task A_read_moves_to_the_next_endpoint_and_stays_there()
    {
        var failing = new FakeGateway(FakeGateway.Healthy);
        await using var working = new FakeGateway(Answer);
        using var shell = Connect(failing, working);
        await failing.DisposeAsync();
        var first = shell.Run("(Get-KvKey a).Value").WithoutErrors();
        Assert.Equal("x", first.Single<string>());
        Assert.Contains(working.Url, Assert.Single(first.Warnings));
        Assert.Empty(shell.Run("Get-KvKey a").WithoutErrors().Warnings);
    }

    [Fact]
    public async Task A_request_that_reached_nothing_is_tried_again_as_often_as_told()
    {
        using var shell = new Shell();
        var gateway = new FakeGateway(Answer);
        shell.Run("$null = Connect-KvCluster $a -MaximumRetryCount 2 -RetryIntervalSec 1", gateway.Url).WithoutErrors();
        await gateway.DisposeAsync();
        var result = shell.Run("Set-KvKey a b -Verbose");
        Assert.Equal(KvErrorId.EndpointUnavailable, result.ErrorId);
        Assert.Equal(2, result.Verbose.Count(static v => v.Contains("It is tried again")));
    }

    [Fact]
    public async Task A_proxy_is_gone_through()
    {
        await using var proxy = new FakeGateway(static r => Answer(r with { Path = new Uri(new Uri("http://x"), r.Path).AbsolutePath }));
        using var shell = new Shell();
        shell.Run("$null = Connect-KvCluster http://nowhere.invalid:2379 -Proxy $a", proxy.Url).WithoutErrors();
        Assert.Equal("x", shell.Run("(Get-KvKey a).Value").WithoutErrors().Single<string>());
        Assert.All(proxy.Requests, static r => Assert.StartsWith("http://nowhere.invalid:2379/", r.Path));
    }

    [Fact]
    public async Task The_first_rows_are_there_before_the_last_are_asked_for()
    {
        await using var gateway = new FakeGateway(static r => r.Path != "/v3/kv/range" ? FakeGateway.Healthy(r)
            : r.Body.Contains("\"revision\"", StringComparison.Ordinal) ? FakeReply.Silence()
            : FakeReply.Json($"{{{FakeGateway.Header},{Row},\"more\":true}}"));
        using var shell = Connect(gateway);
        using var pipeline = shell.Create("Get-KvKey a -Prefix");
        using var output = new System.Management.Automation.PSDataCollection<System.Management.Automation.PSObject>();
        pipeline.BeginInvoke<System.Management.Automation.PSObject, System.Management.Automation.PSObject>(null, output);
        Assert.True(Until.Holds(() => output.Count == 1), "the first row did not come");
        Assert.True(Until.Holds(() => gateway.Requests.Count(static r => r.Path == "/v3/kv/range") == 2), "the rest was not asked for");
        pipeline.Stop();
    }

    [Fact]
    public async Task A_write_moves_on_if_it_was_not_sent()
    {
        var failing = new FakeGateway(FakeGateway.Healthy);
        await using var working = new FakeGateway(Answer);
        using var shell = Connect(failing, working);
        await failing.DisposeAsync();
        shell.Run("Set-KvKey a b").WithoutErrors();
        Assert.Single(working.Requests, static r => r.Path == "/v3/kv/put");
    }

    [Fact]
    public async Task A_write_that_may_have_been_received_is_not_repeated()
    {
        await using var failing = new FakeGateway(static r =>
            r.Path == "/v3/kv/put" ? new FakeReply { Lines = [], IsDropped = true } : FakeGateway.Healthy(r));
        await using var working = new FakeGateway(Answer);
        using var shell = Connect(failing, working);
        var result = shell.Run("Set-KvKey a b");
        Assert.Equal(KvErrorId.EndpointUnavailable, result.ErrorId);
        Assert.Contains("unknown", result.Errors[0].ToString());
        Assert.DoesNotContain(working.Requests, static r => r.Path == "/v3/kv/put");
    }

    [Fact]
    public async Task A_read_leaves_a_member_that_never_answers_and_one_without_leader()
    {
        await using var silent = new FakeGateway(static r => r.Path == "/v3/kv/range" ? FakeReply.Silence() : FakeGateway.Healthy(r));
        await using var leaderless = new FakeGateway(static r =>
            r.Path == "/v3/kv/range" ? FakeReply.Error(503, 14, "etcdserver: no leader") : FakeGateway.Healthy(r));
        await using var working = new FakeGateway(Answer);
        using var shell = Connect(silent, leaderless, working);
        Assert.Equal("x", shell.Run("(Get-KvKey a -TimeoutSec 2).Value").WithoutErrors().Single<string>());
    }

    [Theory]
    [InlineData(503, 14, "etcdserver: no leader", KvErrorId.NoLeader)]
    [InlineData(503, 14, "etcdserver: request timed out", KvErrorId.Timeout)]
    [InlineData(429, 8, "etcdserver: mvcc: database space exceeded", KvErrorId.NoSpace)]
    [InlineData(400, 3, "etcdserver: request is too large", KvErrorId.RequestTooLarge)]
    [InlineData(500, 2, "etcdserver: too many requests", KvErrorId.TooManyRequests)]
    [InlineData(403, 7, "etcdserver: permission denied", KvErrorId.PermissionDenied)]
    [InlineData(401, 16, "etcdserver: invalid auth token", KvErrorId.AuthFailed)]
    [InlineData(400, 3, "etcdserver: user name is empty", KvErrorId.AuthFailed)]
    [InlineData(404, 5, "etcdserver: requested lease not found", KvErrorId.LeaseNotFound)]
    [InlineData(400, 9, "etcdserver: not capable", KvErrorId.RequestRefused)]
    public async Task Refusals_have_ids_of_their_own(int status, int code, string message, string errorId)
    {
        await using var gateway = new FakeGateway(r =>
            r.Path == "/v3/kv/put" ? FakeReply.Error(status, code, message) : FakeGateway.Healthy(r));
        using var shell = Connect(gateway);
        var result = shell.Run("Set-KvKey a b");
        Assert.Equal(errorId, result.ErrorId);
        var exception = Assert.IsAssignableFrom<KvException>(result.Errors[0].Exception);
        Assert.Equal(code, (int)exception.Code);
        Assert.Equal(gateway.Url, exception.Endpoint);
        Assert.Contains(message, exception.Message);
    }

    [Theory]
    [InlineData(200, "<html>")]
    [InlineData(200, "{\"kvs\":[{\"key\":\"%%\"}]}")]
    [InlineData(200, "{\"count\":\"many\"}")]
    [InlineData(404, "404 page not found")]
    public async Task What_is_not_etcds_json_is_said_to_be_that(int status, string body)
    {
        await using var gateway = new FakeGateway(r =>
            r.Path == "/v3/kv/range" ? new FakeReply { Status = status, Body = body } : FakeGateway.Healthy(r));
        using var shell = Connect(gateway);
        Assert.Equal(KvErrorId.Protocol, shell.Run("Get-KvKey a").ErrorId);
    }

    [Fact]
    public async Task The_time_limit_of_one_command_holds()
    {
        await using var gateway = new FakeGateway(static r => r.Path == "/v3/kv/put" ? FakeReply.Silence() : FakeGateway.Healthy(r));
        using var shell = Connect(gateway);
        var result = shell.Run("Set-KvKey a b -TimeoutSec 1");
        Assert.Equal(KvErrorId.Timeout, result.ErrorId);
        Assert.Contains("unknown", result.Errors[0].ToString());
    }

    private static FakeReply Answer(FakeRequest request) =>
        request.Path == "/v3/kv/range" ? FakeReply.Json($"{{{FakeGateway.Header},{Row}}}") : FakeGateway.Healthy(request);

    private static Shell Connect(params FakeGateway[] gateways)
    {
        var shell = new Shell();
        shell.Run("$null = Connect-KvCluster $a", (object)gateways.Select(static g => g.Url).ToArray()).WithoutErrors();
        return shell;
    }
}
