// The peer port as strangers and other members meet it: who is let in, what breaks a stream, and the
// documents other tools read.
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Kv.Core.Apply;
using Kv.Node.Engine;
using Kv.Node.Leases;
using Kv.Node.Peers;
using Xunit;

namespace Kv.Node.Tests.Peers;

public sealed class PeerEndpointsTests
{
    [Theory]
    [InlineData(400, "no valid X-Server-From header", "", "c1", "2")]
    [InlineData(400, "no valid X-Server-From header", "zz", "c1", "2")]
    [InlineData(412, "cluster ID mismatch: this is cluster c1, the request is for c2", "1", "c2", "2")]
    [InlineData(412, "cluster ID mismatch: this is cluster c1, the request is for 0", "1", "", "2")]
    [InlineData(412, "member ID mismatch: this is member 2, the request is for 3", "1", "c1", "3")]
    [InlineData(412, "member ID mismatch: this member has the sender's id 2", "2", "c1", "2")]
    [InlineData(410, "member 9 has been removed from the cluster", "9", "c1", "2")]
    public async Task Requests_of_strangers_are_refused_with_a_reason(int status, string reason, string from, string cluster, string to)
    {
        await using var b = await TestMember.StartAsync(2);
        b.IsRemoved = id => id == 9;
        using var client = new HttpClient();

        foreach (var path in new[] { PeerPaths.Stream, PeerPaths.Snapshot, PeerPaths.LeaseRenew, PeerPaths.LeaseTimeToLive })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(b.Url, path)) { Content = new ByteArrayContent([]) };
            request.Headers.TryAddWithoutValidation(PeerHeaders.From, from);
            request.Headers.TryAddWithoutValidation(PeerHeaders.ClusterId, cluster);
            request.Headers.TryAddWithoutValidation(PeerHeaders.To, to);
            using var response = await client.SendAsync(request);

            Assert.Equal((status, reason), ((int)response.StatusCode, (await response.Content.ReadAsStringAsync()).Trim()));
        }

        Assert.Equal(0, b.StreamsOpened);
    }

    [Fact]
    public async Task Only_members_change_leases_and_members_or_see_hashes()
    {
        await using var b = await TestMember.StartAsync(2);
        b.ChangeMembership = _ => throw new InvalidOperationException("must not be asked");
        using var client = new HttpClient();
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, PeerPaths.LeaseRenew), (HttpMethod.Post, PeerPaths.LeaseTimeToLive),
            (HttpMethod.Post, PeerPaths.MembershipChange), (HttpMethod.Get, PeerPaths.HashKv),
        })
        {
            using var request = PeerHttp.CreateRequest(method, b.Url, path, new PeerOptions { MemberId = 77, ClusterId = 0xc1 }, 2);
            request.Content = new StringContent("{}");
            using var response = await client.SendAsync(request);
            Assert.Equal((403, "4d is no member of this cluster\n"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        }
    }

    public static TheoryData<string, byte[]> BadFrames()
    {
        var tooLong = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(tooLong, 1001);
        return new TheoryData<string, byte[]>
        {
            { "over the limit", tooLong },
            { "no message", [3, 0, 0, 0, 1, 2, 3] },
            { "another sender", FrameOf(from: 5, to: 2) },
            { "another target", FrameOf(from: 1, to: 6) },
        };
    }

    [Theory]
    [MemberData(nameof(BadFrames))]
    public async Task A_frame_that_does_not_belong_ends_the_stream(string what, byte[] frame)
    {
        await using var b = await TestMember.StartAsync(2, o => o with { FrameBytesMax = 1000 });
        var forever = new TaskCompletionSource();
        using var exchange = new Exchange(b, async stream =>
        {
            await stream.WriteAsync(FrameOf(from: 1, to: 2));
            await stream.WriteAsync(frame);
            await stream.FlushAsync();
            await forever.Task;
        });

        await Assert.ThrowsAsync<HttpRequestException>(() => exchange.Response.WaitAsync(TimeSpan.FromSeconds(20)));

        forever.SetResult();
        Assert.Equal(1UL, (await b.Handler.NextMessageAsync()).From);
        Assert.True(b.Handler.WaitingMessages == 0, what);
        Assert.Equal(1, b.Metrics.StreamFailures.WithLabels("message", PeerPaths.Stream).Value);
    }

    [Fact]
    public async Task A_stream_that_ends_between_messages_ends_well()
    {
        await using var b = await TestMember.StartAsync(2);
        using var exchange = new Exchange(b, stream => stream.WriteAsync(FrameOf(from: 1, to: 2)).AsTask());

        using var response = await exchange.Response.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(1, b.Handler.WaitingMessages);
    }

    [Fact]
    public async Task A_stream_cut_off_inside_a_message_ends_badly()
    {
        await using var b = await TestMember.StartAsync(2);
        using var exchange = new Exchange(b, stream => stream.WriteAsync(FrameOf(from: 1, to: 2).AsMemory(0, 10)).AsTask());

        await Assert.ThrowsAsync<HttpRequestException>(() => exchange.Response.WaitAsync(TimeSpan.FromSeconds(20)));

        Assert.Equal(0, b.Handler.WaitingMessages);
    }

    [Fact]
    public async Task A_silent_stream_is_closed()
    {
        await using var b = await TestMember.StartAsync(2, o => o with { ReadTimeout = TimeSpan.FromMilliseconds(100) });
        var forever = new TaskCompletionSource();
        using var exchange = new Exchange(b, _ => forever.Task);

        await Assert.ThrowsAsync<HttpRequestException>(() => exchange.Response.WaitAsync(TimeSpan.FromSeconds(20)));

        forever.SetResult();
        Assert.Equal(1, b.StreamsOpened);
    }

    [Fact]
    public async Task A_second_stream_of_a_sender_replaces_the_first()
    {
        await using var b = await TestMember.StartAsync(2);
        var forever = new TaskCompletionSource();
        using var first = new Exchange(b, _ => forever.Task);
        await Eventually.TrueAsync(() => b.StreamsOpened == 1, "the first stream");
        using var second = new Exchange(b, async stream =>
        {
            await stream.WriteAsync(FrameOf(from: 1, to: 2));
            await stream.FlushAsync();
            await forever.Task;
        });

        await Assert.ThrowsAsync<HttpRequestException>(() => first.Response.WaitAsync(TimeSpan.FromSeconds(20)));

        Assert.Equal(1UL, (await b.Handler.NextMessageAsync()).From);
        Assert.False(second.Response.IsCompleted);
        forever.SetResult();
        using var response = await second.Response.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task A_stopping_member_ends_its_streams_and_takes_no_new_ones()
    {
        await using var b = await TestMember.StartAsync(2);
        var forever = new TaskCompletionSource();
        using var open = new Exchange(b, _ => forever.Task);
        await Eventually.TrueAsync(() => b.StreamsOpened == 1, "the stream");

        b.BeginStopping();

        await Assert.ThrowsAsync<HttpRequestException>(() => open.Response.WaitAsync(TimeSpan.FromSeconds(20)));
        using var late = new Exchange(b, _ => forever.Task);
        using var response = await late.Response.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, b.StreamsOpened);
        forever.SetResult();
    }

    [Fact]
    public async Task Garbage_on_the_port_disturbs_nobody()
    {
        await using var a = new TestMember(1);
        await using var b = await TestMember.StartAsync(2);
        a.Transport.SetPeers([b.Address]);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, b.Url.Port);
        await socket.SendAsync(Encoding.Latin1.GetBytes("\x16\x03\x01 nonsense \xff\xfe\r\n\r\n"));
        var answer = new byte[1024];

        var count = await socket.ReceiveAsync(answer);

        Assert.StartsWith("HTTP/1.1 400", Encoding.ASCII.GetString(answer, 0, count), StringComparison.Ordinal);
        a.Transport.Send(a.MessageTo(2, 1));
        Assert.Equal(1UL, TestMember.NumberOf(await b.Handler.NextMessageAsync()));
    }

    [Fact]
    public async Task Members_are_listed_as_joining_members_expect_it()
    {
        await using var b = await TestMember.StartAsync(2);
        b.Members =
        [
            new Member(14720799474854129801, "m1", ["http://h1:2380"], ["http://h1:2379"], false),
            new Member(3, "", ["http://h2:2380", "http://h3:2380"], [], true),
        ];
        using var client = new HttpClient();

        using var response = await client.GetAsync(new Uri(b.Url, "/members"));

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("c1", Assert.Single(response.Headers.GetValues("X-Etcd-Cluster-ID")));
        Assert.Equal(
            """[{"id":14720799474854129801,"peerURLs":["http://h1:2380"],"name":"m1","clientURLs":["http://h1:2379"]},"""
            + """{"id":3,"peerURLs":["http://h2:2380","http://h3:2380"],"isLearner":true}]""",
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_joining_member_finds_the_cluster_at_any_of_its_members()
    {
        await using var b = await TestMember.StartAsync(2);
        b.Members = [new Member(3, "m3", ["http://h3:2380"], [], true)];
        using var client = new PeerClient(new PeerOptions { MemberId = 0, ClusterId = 0 });

        var patience = TimeSpan.FromSeconds(20);
        var answers = await client.FindClustersAsync([TestMember.DeadUrl(), b.Url], patience, CancellationToken.None);
        var nobody = await client.FindClustersAsync([TestMember.DeadUrl()], patience, CancellationToken.None);

        var cluster = Assert.Single(answers);
        Assert.Equal((b.Url, 0xc1UL), (cluster.Url, cluster.ClusterId));
        var member = Assert.Single(cluster.Members);
        Assert.Equal((3UL, "m3", true), (member.Id, member.Name, member.IsLearner));
        Assert.Empty(nobody);
    }

    [Fact]
    public async Task Version_and_probe_answer_anyone()
    {
        await using var b = await TestMember.StartAsync(2);
        using var client = new HttpClient();

        var version = await client.GetStringAsync(new Uri(b.Url, "/version"));
        using var probe = JsonDocument.Parse(await client.GetStringAsync(new Uri(b.Url, "/raft/probing")));

        Assert.Equal("""{"etcdserver":"3.6.0","etcdcluster":"3.6.0","storage":"3.6.0","kvnode":"0.1.0"}""", version);
        Assert.True(probe.RootElement.GetProperty("OK").GetBoolean());
    }

    [Fact]
    public async Task Members_ask_each_other_for_hashes()
    {
        await using var b = await TestMember.StartAsync(2);
        using var client = new PeerClient(new PeerOptions { MemberId = 1, ClusterId = 0xc1 });
        using var stranger = new HttpClient();

        Assert.Equal(new KeySpaceHash(7, -1, 5), await client.HashKvAsync(b.Address, 5, CancellationToken.None));
        using var refused = await stranger.GetAsync(new Uri(b.Url, PeerPaths.HashKv));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task Lease_calls_reach_the_leader_and_only_the_leader_answers()
    {
        await using var b = await TestMember.StartAsync(2);
        using var client = new PeerClient(new PeerOptions { MemberId = 1, ClusterId = 0xc1 });
        var token = CancellationToken.None;

        Assert.Null(await client.RenewLeasesAsync(b.Address, [5], token));
        Assert.Null(await client.LeaseTimeToLiveAsync(b.Address, 5, token));
        b.RenewLeases = ids => [.. ids.Select(id => id == long.MaxValue ? 60L : 0)];
        b.LeaseTimeToLive = id => id == long.MaxValue ? new LeaseTime(12, 60) : new LeaseTime(-1, 0);

        var renewed = await client.RenewLeasesAsync(b.Address, [5, long.MaxValue], token);
        Assert.Equal(new long[] { 0, 60 }, renewed!);
        var most = Enumerable.Repeat(long.MaxValue, RenewalBatches.LeasesMax).ToArray();
        Assert.Equal(most.Length, (await client.RenewLeasesAsync(b.Address, most, token))?.Length);
        Assert.Equal(new LeaseTime(12, 60), await client.LeaseTimeToLiveAsync(b.Address, long.MaxValue, token));
        Assert.Equal(new LeaseTime(-1, 0), await client.LeaseTimeToLiveAsync(b.Address, 5, token));
        Assert.Null(await client.RenewLeasesAsync(new(2, [TestMember.DeadUrl()]), [5], token));
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("null", 400)]
    [InlineData("{\"ids\":[\"x\"]}", 400)]
    [InlineData("{}", 400)]
    public async Task A_malformed_lease_call_is_refused(string body, int status)
    {
        await using var b = await TestMember.StartAsync(2);
        using var client = new HttpClient();
        using var request = PeerHttp.CreateRequest(
            HttpMethod.Post, b.Url, PeerPaths.LeaseRenew, new PeerOptions { MemberId = 1, ClusterId = 0xc1 }, 2);
        request.Content = new StringContent(body);

        using var response = await client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
    }

    private static byte[] FrameOf(ulong from, ulong to)
    {
        var frames = new FrameBuffer();
        frames.Add(new Kv.Core.Raft.Message(from, to, 1, Kv.Core.Raft.MessageBody.NewHeartbeat(1, 0)), 1000);
        return frames.Written.ToArray();
    }

    // A stream opened by hand, as member 1.
    private sealed class Exchange : IDisposable
    {
        private readonly HttpClient _client;
        private readonly HttpRequestMessage _request;

        public Exchange(TestMember target, Func<Stream, Task> write)
        {
            var options = new PeerOptions { MemberId = 1, ClusterId = 0xc1 };
            _client = PeerHttp.CreateClient(options);
            _request = PeerHttp.CreateRequest(HttpMethod.Post, target.Url, PeerPaths.Stream, options, target.Options.MemberId);
            _request.Content = new UploadContent(write);
            _request.Headers.ExpectContinue = true;
            Response = _client.SendAsync(_request);
        }

        public Task<HttpResponseMessage> Response { get; }

        public void Dispose()
        {
            _request.Dispose();
            _client.Dispose();
        }
    }
}
