using Google.Protobuf;
using Grpc.Core;
using Kv.Node.Protos;
using Kv.Node.Protos.Elections;
using Kv.Node.Protos.Locks;
using Xunit;
using static Kv.Node.Tests.Grpc.Requests;

namespace Kv.Node.Tests.Http;

/// <summary>The Lock and Election services over gRPC, and the gateway's paths to them.</summary>
public sealed class ConcurrencyApiTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    private const string LockName = "v3lockpb.Lock";
    private const string ElectionName = "v3electionpb.Election";

    private readonly RunningNode _node = fixture.Node;

    [Fact]
    public async Task A_caller_that_goes_away_is_taken_out_of_the_queue()
    {
        var held = await LockAsync("gone", 0);
        using var waiting = _node.Read<LockRequest, LockResponse>(
            LockName, "Lock", new LockRequest { Name = Text("gone") });
        await Until(async () => await CountAsync("gone/") == 2);

        waiting.Dispose();

        await Until(async () => await CountAsync("gone/") == 1);
        await _node.CallAsync<UnlockRequest, UnlockResponse>(LockName, "Unlock", new UnlockRequest { Key = held.Key });
        Assert.Equal(0, await CountAsync("gone/"));
    }

    [Fact]
    public async Task An_observer_hears_every_leader_and_every_proclamation()
    {
        using var observing = _node.Read<LeaderRequest, LeaderResponse>(
            ElectionName, "Observe", new LeaderRequest { Name = Text("seat") });
        var won = await CampaignAsync("seat", "a");
        Assert.Equal("a", await NextAsync(observing));
        foreach (var word in new[] { "b", "c", "d" })
        {
            await _node.CallAsync<ProclaimRequest, ProclaimResponse>(
                ElectionName, "Proclaim", new ProclaimRequest { Leader = won.Leader, Value = Text(word) });
        }

        Assert.Equal("b", await NextAsync(observing));
        Assert.Equal("c", await NextAsync(observing));
        Assert.Equal("d", await NextAsync(observing));
        await _node.CallAsync<ResignRequest, ResignResponse>(
            ElectionName, "Resign", new ResignRequest { Leader = won.Leader });
        await CampaignAsync("seat", "e");
        Assert.Equal("e", await NextAsync(observing));
    }

    [Fact]
    public async Task Errors_are_told_by_text_alone()
    {
        await RefusedAsync("etcdserver: requested lease not found", LockAsync("l", 123));
        await RefusedAsync("election: no leader", _node.CallAsync<LeaderRequest, LeaderResponse>(
            ElectionName, "Leader", new LeaderRequest { Name = Text("nobody") }));
        await RefusedAsync("\"leader\" field must be provided", _node.CallAsync<ResignRequest, ResignResponse>(
            ElectionName, "Resign", new ResignRequest()));
        await RefusedAsync("election: not leader", _node.CallAsync<ProclaimRequest, ProclaimResponse>(
            ElectionName,
            "Proclaim",
            new ProclaimRequest { Leader = new LeaderKey { Name = Text("n"), Key = Text("n/1"), Rev = 1, Lease = 1 } }));
    }

    [Fact]
    public async Task Every_call_has_its_path()
    {
        var name = Convert.ToBase64String("json"u8);
        foreach (var root in new[] { "v3", "v3beta" })
        {
            var (status, body) = await _node.PostAsync($"{root}/lock/lock", $$"""{"name":"{{name}}"}""");
            Assert.Equal(200, status);
            var key = System.Text.Json.Nodes.JsonNode.Parse(body)!["key"]!.ToJsonString();
            Assert.Equal(200, (await _node.PostAsync($"{root}/lock/unlock", $$"""{"key":{{key}}}""")).Status);
            (status, body) = await _node.PostAsync($"{root}/election/campaign", $$"""{"name":"{{name}}","value":"dg=="}""");
            Assert.Equal(200, status);
            var leader = System.Text.Json.Nodes.JsonNode.Parse(body)!["leader"]!.ToJsonString();
            Assert.Equal(200, (await _node.PostAsync($"{root}/election/leader", $$"""{"name":"{{name}}"}""")).Status);
            Assert.Equal(200, (await _node.PostAsync($"{root}/election/proclaim", $$"""{"leader":{{leader}}}""")).Status);
            Assert.Equal(200, (await _node.PostAsync($"{root}/election/resign", $$"""{"leader":{{leader}}}""")).Status);
        }
    }

    private static async Task<string> NextAsync(AsyncServerStreamingCall<LeaderResponse> observing) =>
        await observing.ResponseStream.MoveNext()
            ? observing.ResponseStream.Current.Kv.Value.ToStringUtf8()
            : throw new EndOfStreamException();

    private static async Task RefusedAsync(string message, Task call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal((StatusCode.Unknown, message), (error.StatusCode, error.Status.Detail));
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(RunningNode.Patience);
        while (!await condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }

    private Task<LockResponse> LockAsync(string name, long lease) =>
        _node.CallAsync<LockRequest, LockResponse>(LockName, "Lock", new LockRequest { Name = Text(name), Lease = lease });

    private Task<CampaignResponse> CampaignAsync(string name, string value) =>
        _node.CallAsync<CampaignRequest, CampaignResponse>(
            ElectionName, "Campaign", new CampaignRequest { Name = Text(name), Value = Text(value) });

    private async Task<long> CountAsync(string prefix)
    {
        var end = ByteString.CopyFromUtf8(prefix[..^1] + (char)(prefix[^1] + 1));
        var range = await _node.CallAsync<RangeRequest, RangeResponse>(
            "KV", "Range", new RangeRequest { Key = Text(prefix), RangeEnd = end });
        return range.Count;
    }
}
