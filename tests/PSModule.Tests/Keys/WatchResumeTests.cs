// A watch through lost connections, told by a gateway that loses them at known places.

using System.Collections.Concurrent;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Newtonsoft.Json.Linq;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Keys;

public sealed class WatchResumeTests
{
    private const string Created = $"{{\"result\":{{{FakeGateway.Header},\"created\":true}}}}";

    [Fact]
    public async Task It_goes_on_elsewhere_from_the_revision_after_the_last()
    {
        var starts = new ConcurrentQueue<long>();
        await using var first = new FakeGateway(Losing(starts, Event(7)));
        await using var second = new FakeGateway(Lasting(starts, Event(8), Event(9)));
        using var shell = Connect(first, second);
        var result = shell.Run("Watch-KvKey a -First 3 -Verbose").WithoutErrors();
        Assert.Equal([7L, 8L, 9L], result.As<KvChange>().Select(static c => c.ModRevision));
        Assert.Equal([0L, 8L], starts);
        Assert.Contains(result.Verbose, v => v.Contains("resuming at revision 8") && v.Contains(first.Url));
    }

    [Fact]
    public async Task It_misses_nothing_if_lost_before_the_first_event()
    {
        // The watch began after revision 5 (the header's), so 6 is the first it must still get.
        var starts = new ConcurrentQueue<long>();
        await using var first = new FakeGateway(Losing(starts));
        await using var second = new FakeGateway(Lasting(starts, Event(6)));
        using var shell = Connect(first, second);
        Assert.Equal(6, shell.Run("Watch-KvKey a -First 1").WithoutErrors().Single<KvChange>().ModRevision);
        Assert.Equal([0L, 6L], starts);
    }

    [Fact]
    public async Task Progress_moves_the_place_to_resume()
    {
        var starts = new ConcurrentQueue<long>();
        await using var first = new FakeGateway(Losing(starts, "{\"result\":{\"header\":{\"revision\":\"40\"}}}"));
        await using var second = new FakeGateway(Lasting(starts, Event(41)));
        using var shell = Connect(first, second);
        Assert.Single(shell.Run("Watch-KvKey a -First 1").WithoutErrors().Output);
        Assert.Equal([0L, 41L], starts);
    }

    [Fact]
    public async Task A_server_that_stops_is_a_loss_and_not_an_error()
    {
        var starts = new ConcurrentQueue<long>();
        await using var first = new FakeGateway(Losing(
            starts, Event(6), "{\"error\":{\"grpc_code\":14,\"http_code\":503,\"message\":\"etcdserver: server stopped\"}}"));
        await using var second = new FakeGateway(Lasting(starts, Event(7)));
        using var shell = Connect(first, second);
        Assert.Equal(2, shell.Run("Watch-KvKey a -First 2").WithoutErrors().Output.Count);
    }

    [Fact]
    public async Task A_member_that_falls_silent_is_left()
    {
        // As behind a partition: the connection stands, and nothing comes, nor an answer to a question.
        var starts = new ConcurrentQueue<long>();
        var isCut = false;
        await using var first = new FakeGateway(request =>
        {
            if (request.Path == "/v3/watch")
            {
                isCut = true;
                return Lasting(starts, Event(6))(request);
            }

            return isCut ? FakeReply.Silence() : FakeGateway.Healthy(request);
        });
        await using var second = new FakeGateway(Lasting(starts, Event(7)));
        using var shell = new Shell();
        shell.Run("$null = Connect-KvCluster $a -OperationTimeoutSeconds 1", (object)new[] { first.Url, second.Url }).WithoutErrors();
        var result = shell.Run("Watch-KvKey a -First 2 -Verbose").WithoutErrors();
        Assert.Equal([6L, 7L], result.As<KvChange>().Select(static c => c.ModRevision));
        Assert.Equal([0L, 7L], starts);
        Assert.Contains(result.Verbose, v => v.Contains("resuming at revision 7"));
    }

    [Fact]
    public async Task Compaction_ends_it_with_the_oldest_revision_left()
    {
        await using var gateway = new FakeGateway(Lasting(
            new ConcurrentQueue<long>(), "{\"result\":{\"header\":{},\"canceled\":true,\"compact_revision\":\"90\"}}"));
        using var shell = Connect(gateway);
        var result = shell.Run("Watch-KvKey a -FromRevision 3");
        Assert.Equal(KvErrorId.RevisionCompacted, result.ErrorId);
        Assert.Equal(90, Assert.IsType<KvRevisionException>(result.Errors[0].Exception).CompactRevision);
    }

    [Fact]
    public async Task A_refused_watch_ends_with_the_servers_reason()
    {
        await using var gateway = new FakeGateway(static r => r.Path != "/v3/watch" ? FakeGateway.Healthy(r) : FakeReply.Stream(
            "{\"result\":{\"watch_id\":\"-1\",\"created\":true,\"canceled\":true,\"cancel_reason\":\"rpc error: code = PermissionDenied desc = etcdserver: permission denied\"}}"));
        using var shell = Connect(gateway);
        Assert.Equal(KvErrorId.PermissionDenied, shell.Run("Watch-KvKey a").ErrorId);
    }

    [Fact]
    public async Task Waiting_for_a_lost_cluster_ends_at_the_limit()
    {
        var gateway = new FakeGateway(Lasting(new ConcurrentQueue<long>(), Event(6)));
        using var shell = Connect(gateway);
        using var pipeline = shell.Create("Watch-KvKey a -TimeoutSec 1");
        using var output = new System.Management.Automation.PSDataCollection<System.Management.Automation.PSObject>();
        var running = pipeline.BeginInvoke<System.Management.Automation.PSObject, System.Management.Automation.PSObject>(null, output);
        Assert.True(Until.Holds(() => output.Count == 1), "the first event did not come");
        await gateway.DisposeAsync();
        Assert.True(Until.Holds(() => running.IsCompleted), "the watch did not end");
        Assert.Contains(pipeline.Streams.Warning, static w => w.Message.Contains("waits for an endpoint"));
        Assert.StartsWith(KvErrorId.EndpointUnavailable, Assert.Single(pipeline.Streams.Error).FullyQualifiedErrorId);
    }

    [Fact]
    public async Task Without_any_endpoint_it_ends_at_once()
    {
        var gateway = new FakeGateway(FakeGateway.Healthy);
        using var shell = Connect(gateway);
        await gateway.DisposeAsync();
        Assert.Equal(KvErrorId.EndpointUnavailable, shell.Run("Watch-KvKey a").ErrorId);
    }

    private static string Event(long revision) =>
        $"{{\"result\":{{{FakeGateway.Header},\"events\":[{{\"kv\":{{\"key\":\"YQ==\",\"mod_revision\":\"{revision}\",\"version\":\"1\"}}}}]}}}}";

    private static Func<FakeRequest, FakeReply> Losing(ConcurrentQueue<long> starts, params string[] lines) =>
        Watch(starts, FakeReply.Stream([Created, .. lines]) with { IsDropped = true });

    private static Func<FakeRequest, FakeReply> Lasting(ConcurrentQueue<long> starts, params string[] lines) =>
        Watch(starts, FakeReply.Stream([Created, .. lines]));

    private static Func<FakeRequest, FakeReply> Watch(ConcurrentQueue<long> starts, FakeReply reply) => request =>
    {
        if (request.Path != "/v3/watch")
        {
            return FakeGateway.Healthy(request);
        }

        starts.Enqueue((long?)JObject.Parse(request.Body)["create_request"]!["start_revision"] ?? 0);
        return reply;
    };

    private static Shell Connect(params FakeGateway[] gateways)
    {
        var shell = new Shell();
        shell.Run("$null = Connect-KvCluster $a", (object)gateways.Select(static g => g.Url).ToArray()).WithoutErrors();
        return shell;
    }
}
