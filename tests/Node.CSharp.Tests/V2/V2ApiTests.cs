// The v2 API of a node in this process: without a leader, when it stops, and what two servers cannot be
// compared in.
using Kv.Node.Options;
using Kv.Node.Tests.Http;
using Kv.Node.V2;
using Xunit;

namespace Kv.Node.Tests.V2;

public sealed class V2ApiTests
{
    [Fact]
    public async Task Without_a_leader_only_local_data_is_served()
    {
        await using var node = await RunningNode.StartAsync(hasQuorum: false, WithV2);

        Assert.Equal((200, """{"action":"get","node":{"dir":true}}""" + "\n"), await node.GetAsync("v2/keys"));
        Assert.Equal((503, """{"message":"During election"}"""), await node.GetAsync("v2/members/leader"));
        using var refused = await node.Http.PutAsync(new Uri("v2/keys/a?value=1", UriKind.Relative), null);
        Assert.Equal(500, (int)refused.StatusCode);
        Assert.Equal("0", refused.Headers.GetValues("X-Etcd-Index").Single());
        Assert.Equal(
            """{"errorCode":300,"message":"Raft Internal Error","cause":"etcdserver: request timed out, possibly due to previous leader failure","index":0}""" + "\n",
            await refused.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Stopping_ends_long_polls()
    {
        await using var node = await RunningNode.StartAsync(configure: WithV2);
        using var watch = await node.Http.GetAsync(
            new Uri("v2/keys/a?wait=true", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        var stopping = node.StopClientsAsync();

        Assert.Equal("", await watch.Content.ReadAsStringAsync());
        await stopping.WaitAsync(RunningNode.Patience);
    }

    [Fact]
    public async Task Statistics_count_what_was_asked()
    {
        await using var node = await RunningNode.StartAsync(configure: WithV2);
        foreach (var (method, target) in new[]
        {
            (HttpMethod.Put, "a?value=1"), (HttpMethod.Put, "a?value=1&prevExist=false"),
            (HttpMethod.Put, "a?prevValue=1&value=2"), (HttpMethod.Delete, "a?prevValue=1"), (HttpMethod.Delete, "b"),
        })
        {
            using var request = new HttpRequestMessage(method, new Uri($"v2/keys/{target}", UriKind.Relative));
            using var response = await node.Http.SendAsync(request);
        }

        await node.GetAsync("v2/keys/a");
        await node.GetAsync("v2/keys/b");

        const string Expected =
            """
            {"getsSuccess":1,"getsFail":1,"setsSuccess":1,"setsFail":0,"deleteSuccess":0,"deleteFail":1,
            "updateSuccess":0,"updateFail":0,"createSuccess":0,"createFail":1,"compareAndSwapSuccess":1,
            "compareAndSwapFail":0,"compareAndDeleteSuccess":0,"compareAndDeleteFail":1,"expireCount":0,"watchers":0}
            """;
        Assert.Equal(
            Expected.ReplaceLineEndings(""),
            (await node.GetAsync("v2/stats/store")).Body);
    }

    [Fact]
    public async Task Unknown_paths_and_methods_are_refused()
    {
        await using var node = await RunningNode.StartAsync(configure: WithV2);

        Assert.Equal(404, (await node.GetAsync("v2/nothing")).Status);
        Assert.Equal(404, (await node.GetAsync("v2/keysx")).Status);
        Assert.Equal(415, (await node.PostAsync("v2/members", "{}")).Status);
        Assert.Equal(405, (await node.PostAsync("v2/auth/users", "{}")).Status);
        Assert.Equal((404, """{"message":"Not found"}"""), await node.GetAsync("v2/members/nobody"));
    }

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00Z")]
    [InlineData(1_500_000_000, "1970-01-01T00:00:01.5Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999999999Z")]
    [InlineData(1_700_000_000_123_456_700, "2023-11-14T22:13:20.1234567Z")]
    [InlineData(long.MinValue, "1677-09-21T00:12:43.145224192Z")]
    [InlineData(long.MaxValue, "2262-04-11T23:47:16.854775807Z")]
    public void Instants_are_written_as_go_writes_them(long ns, string text) =>
        Assert.Equal(text, GoTime.Instant(ns));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(0.0000125, "12.5µs")]
    [InlineData(0.0625, "62.5ms")]
    [InlineData(1.5, "1.5s")]
    [InlineData(61, "1m1s")]
    [InlineData(3_600, "1h0m0s")]
    [InlineData(90_061.25, "25h1m1.25s")]
    public void Durations_are_written_as_go_writes_them(double seconds, string text) =>
        Assert.Equal(text, GoTime.Duration(TimeSpan.FromSeconds(seconds)));

    private static NodeOptions WithV2(NodeOptions options) => options with { EnableV2 = true };
}
