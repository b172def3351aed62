// Long polls and streams where time, connections and limits matter.
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Compat.Harness;
using Xunit;

namespace Compat.V2;

/// <summary>Watches of one kvnode, beside etcd's where both can be asked.</summary>
public sealed class V2WatchTests(V2ReferencePair servers) : IClassFixture<V2ReferencePair>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly V2Http _kv = new(servers.KvUrl);

    public void Dispose() => _kv.Dispose();

    [Fact]
    public async Task A_stream_that_begins_in_the_past_goes_on_with_the_present()
    {
        var first = (await _kv.PutAsync("/v2/keys/past/a", "value=1")).Index;
        await _kv.PutAsync("/v2/keys/past/b", "value=2");
        await _kv.PutAsync("/v2/keys/other", "value=x");
        await _kv.PutAsync("/v2/keys/past/a", "value=3");
        using var stream = await OpenAsync($"/v2/keys/past?wait=true&recursive=true&stream=true&waitIndex={first}");
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());
        Assert.Equal(["1", "2", "3"], [await ValueAsync(reader), await ValueAsync(reader), await ValueAsync(reader)]);
        await _kv.PutAsync("/v2/keys/past/c", "value=4");
        Assert.Equal("4", await ValueAsync(reader));
    }

    [Fact]
    public async Task A_watch_that_begins_after_a_write_does_not_see_it()
    {
        for (var i = 0; i < 20; i++)
        {
            var written = (await _kv.PutAsync("/v2/keys/after", $"value={i}")).Index;
            using var watch = await OpenAsync("/v2/keys/after?wait=true");
            Assert.Equal($"{written}", watch.Headers.GetValues("X-Etcd-Index").Single());
            await _kv.PutAsync("/v2/keys/after", "value=seen");
            using var reader = new StreamReader(await watch.Content.ReadAsStreamAsync());
            Assert.Equal("seen", await ValueAsync(reader));
        }
    }

    [Fact]
    public async Task A_client_that_is_gone_is_forgotten()
    {
        await NobodyWatches();
        using (await OpenAsync("/v2/keys/gone?wait=true"))
        using (await OpenAsync("/v2/keys/gone?wait=true&stream=true"))
        {
            Assert.Equal(2, await WatchersAsync());
        }

        await NobodyWatches();
    }

    [Fact]
    public async Task A_stream_nobody_reads_is_ended()
    {
        await NobodyWatches();
        var url = new Uri(servers.KvUrl);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(url.Host, url.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET /v2/keys/slow?wait=true&stream=true HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n"));
        await Eventually.Holds(async () => await WatchersAsync() == 1, "the stream is there");
        var value = $"value={new string('v', 100_000)}";
        await Eventually.Holds(
            async () =>
            {
                await Parallel.ForAsync(0, 40, async (_, _) =>
                    await _kv.PutAsync("/v2/keys/slow?noValueOnSuccess=true", value));
                return await WatchersAsync() == 0;
            },
            "the stream is given up");
    }

    [Fact]
    public async Task Events_that_are_no_longer_known_are_refused_as_etcd_does()
    {
        using var pair = await V2Pair.AlignAsync(servers);
        var first = pair.Index + 1;
        await pair.RepeatAsync(new V2Request("PUT", "/v2/keys/history", "value=same"), 1_010);
        var oldest = pair.Index - 999;
        await pair.SameAsync(new V2Request("GET", $"/v2/keys/history?wait=true&waitIndex={first}"));
        var refused = await pair.SameAsync(new V2Request("GET", $"/v2/keys/history?wait=true&waitIndex={oldest - 1}"));
        Assert.Contains("\"errorCode\":401", refused.Body, StringComparison.Ordinal);
        var known = await pair.SameAsync(new V2Request("GET", $"/v2/keys/history?wait=true&waitIndex={oldest}"));
        Assert.Equal(200, known.Status);
    }

    [Fact]
    public async Task What_is_over_ends_with_an_event_as_it_does_in_etcd()
    {
        using var pair = await V2Pair.AlignAsync(servers);
        await pair.SameAsync(new V2Request("PUT", "/v2/keys/over/dir", "dir=true&ttl=1"));
        await pair.SameAsync(new V2Request("PUT", "/v2/keys/over/dir/key", "value=1"));
        using var above = await V2WatchPair.OpenAsync(pair, "/over", "&recursive=true");
        using var below = await V2WatchPair.OpenAsync(pair, "/over/dir/key", "");
        await above!.CompareAsync("");
        await below!.CompareAsync("");
        await pair.SameAsync(new V2Request("GET", "/v2/keys/over?recursive=true"));
        await pair.SameAsync(new V2Request("PUT", "/v2/keys/over/now", "value=1&ttl=0"));
        await Eventually.Holds(
            async () => (await pair.Kv.GetAsync("/v2/keys/over/now")).Status == 404
                && (await pair.Etcd.GetAsync("/v2/keys/over/now")).Status == 404,
            "a time to live of nothing is over");
        await pair.SameAsync(new V2Request("GET", "/v2/keys/over"));
    }

    [Fact]
    public async Task A_refresh_is_not_told()
    {
        using var pair = await V2Pair.AlignAsync(servers);
        await pair.SameAsync(new V2Request("PUT", "/v2/keys/fresh", "value=1&ttl=1000"));
        using var watch = await V2WatchPair.OpenAsync(pair, "/fresh", "");
        await pair.SameAsync(new V2Request("PUT", "/v2/keys/fresh", "refresh=true&ttl=2000&prevExist=true"));
        await pair.SameAsync(new V2Request("PUT", "/v2/keys/fresh", "refresh=true&ttl=2000"));
        await pair.SameAsync(new V2Request("PUT", "/v2/keys/fresh", "value=told"));
        await watch!.CompareAsync("told");
    }

    private static async Task<string> ValueAsync(StreamReader reader)
    {
        using var patience = new CancellationTokenSource(Patience);
        var line = await reader.ReadLineAsync(patience.Token);
        return JsonDocument.Parse(line!).RootElement.GetProperty("node").GetProperty("value").GetString()!;
    }

    private async Task<HttpResponseMessage> OpenAsync(string target)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _kv.OpenAsync(new V2Request("GET", target), patience.Token);
    }

    /// <summary>Clients of earlier tests may take a moment to hang up.</summary>
    private Task NobodyWatches() =>
        Eventually.Holds(async () => await WatchersAsync() == 0, "nobody watches");

    private async Task<long> WatchersAsync() =>
        JsonDocument.Parse((await _kv.GetAsync("/v2/stats/store")).Body)
            .RootElement.GetProperty("watchers").GetInt64();
}
