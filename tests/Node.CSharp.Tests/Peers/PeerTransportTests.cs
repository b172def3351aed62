// Messages between two members over loopback: delivery, loss, limits and reconnection.
using System.Net;
using System.Net.Sockets;
using System.Text;
using Kv.Node.Ports;
using Xunit;

namespace Kv.Node.Tests.Peers;

public sealed class PeerTransportTests
{
    [Fact]
    public async Task Messages_arrive_in_the_order_they_were_sent_in_both_directions()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        a.Transport.SetPeers([a.Address, b.Address]);
        b.Transport.SetPeers([a.Address, b.Address]);

        for (var i = 1UL; i <= 2000; i++)
        {
            a.Transport.Send(a.MessageTo(2, i, payloadBytes: i % 100 == 0 ? 100_000 : 0));
            b.Transport.Send(b.MessageTo(1, i));
        }

        for (var i = 1UL; i <= 2000; i++)
        {
            var forward = await b.Handler.NextMessageAsync();
            var backward = await a.Handler.NextMessageAsync();
            Assert.Equal((1UL, 2UL, i), (forward.From, forward.To, TestMember.NumberOf(forward)));
            Assert.Equal((2UL, i), (backward.From, TestMember.NumberOf(backward)));
        }
    }

    [Fact]
    public async Task After_a_restart_of_the_peer_the_stream_comes_back_by_itself()
    {
        await using var a = new TestMember(1);
        await using var b = await TestMember.StartAsync(2);
        a.Transport.SetPeers([b.Address]);
        a.Transport.Send(a.MessageTo(2, 1));
        Assert.Equal(1UL, TestMember.NumberOf(await b.Handler.NextMessageAsync()));

        await b.StopServingAsync();
        Assert.Equal(2UL, await a.Handler.NextUnreachableAsync());
        await b.ServeAsync();

        await Eventually.TrueAsync(
            () =>
            {
                a.Transport.Send(a.MessageTo(2, 2));
                return b.Handler.WaitingMessages > 0;
            },
            "a message after the restart");
        Assert.Equal(2UL, TestMember.NumberOf(await b.Handler.NextMessageAsync()));
    }

    [Fact]
    public async Task A_peer_that_calls_is_called_back_without_waiting_for_the_delay()
    {
        await using var a = new TestMember(1, o => o with
        {
            ReconnectDelayMin = TimeSpan.FromHours(1),
            ReconnectDelayMax = TimeSpan.FromHours(1),
        });
        await using var b = await TestMember.StartAsync(2);
        await b.StopServingAsync();
        a.Transport.SetPeers([b.Address]);
        await a.Handler.NextUnreachableAsync();
        await b.ServeAsync();

        a.Transport.PeerSeen(2, []);

        await Eventually.TrueAsync(() => b.StreamsOpened == 1, "a new stream");
    }

    [Fact]
    public async Task A_member_that_is_not_known_yet_is_answered_where_it_says_it_is()
    {
        await using var lagging = await TestMember.StartAsync(1);
        await using var added = await TestMember.StartAsync(2);
        await using var calling = new TestMember(2, o => o with { OwnUrls = [added.Url] });

        calling.Transport.SetPeers([lagging.Address]);
        calling.Transport.Send(calling.MessageTo(1, 7));
        Assert.Equal(7UL, TestMember.NumberOf(await lagging.Handler.NextMessageAsync()));

        // What the store says of others does not end that.
        lagging.Transport.SetPeers([new PeerAddress(3, [TestMember.DeadUrl()])]);
        await Eventually.TrueAsync(
            () =>
            {
                lagging.Transport.Send(lagging.MessageTo(2, 8));
                return added.Handler.WaitingMessages > 0;
            },
            "an answer");
        Assert.Equal(8UL, TestMember.NumberOf(await added.Handler.NextMessageAsync()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1:2380")]
    [InlineData("http://a,http://b,http://c,http://d,http://e,http://f,http://g,http://h,http://i")]
    public void Places_that_make_no_sense_are_none(string text) =>
        Assert.Empty(Node.Peers.PeerHeaders.ReadPeerUrls(new Microsoft.AspNetCore.Http.HeaderDictionary { ["X-PeerURLs"] = text }));

    [Fact]
    public async Task Every_url_of_a_peer_is_tried()
    {
        await using var a = new TestMember(1);
        await using var b = await TestMember.StartAsync(2);

        a.Transport.SetPeers([new PeerAddress(2, [TestMember.DeadUrl(), b.Url])]);

        await Eventually.TrueAsync(() => b.StreamsOpened == 1, "a stream to the second URL");
    }

    [Fact]
    public async Task A_changed_address_is_used_and_a_member_that_left_gets_nothing_more()
    {
        await using var a = new TestMember(1);
        await using var b = await TestMember.StartAsync(2);
        a.Transport.SetPeers([new PeerAddress(2, [TestMember.DeadUrl()])]);
        await a.Handler.NextUnreachableAsync();

        a.Transport.SetPeers([b.Address]);
        await Eventually.TrueAsync(() => b.StreamsOpened == 1, "a stream to the new address");
        a.Transport.Send(a.MessageTo(2, 1));
        Assert.Equal(1UL, TestMember.NumberOf(await b.Handler.NextMessageAsync()));

        a.Transport.SetPeers([]);
        a.Transport.Send(a.MessageTo(2, 2));
        a.Transport.SetPeers([b.Address]);
        await Eventually.TrueAsync(() => b.StreamsOpened == 2, "a stream after the return");
        a.Transport.Send(a.MessageTo(2, 3));
        Assert.Equal(3UL, TestMember.NumberOf(await b.Handler.NextMessageAsync()));
    }

    [Fact]
    public async Task Messages_past_the_queue_are_dropped_and_reported_at_a_limited_rate()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var a = new TestMember(1, o => o with { QueueCountMax = 8, UnreachableReportInterval = TimeSpan.FromHours(1) });
        a.Transport.SetPeers([new PeerAddress(2, [new Uri("http://" + silent.LocalEndpoint)])]);

        for (var i = 1UL; i <= 20; i++)
        {
            a.Transport.Send(a.MessageTo(2, i));
        }

        Assert.Equal(2UL, await a.Handler.NextUnreachableAsync());
        Assert.Equal(0, a.Handler.UnreachableReports);
        Assert.Contains("etcd_network_peer_sent_failures_total{To=\"2\"} 12\n", await a.ExportMetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_stops_reading_is_given_up_after_the_write_timeout()
    {
        using var stalled = new TcpListener(IPAddress.Loopback, 0);
        stalled.Start();
        await using var a = new TestMember(1, o => o with { WriteTimeout = TimeSpan.FromMilliseconds(300) });
        a.Transport.SetPeers([new PeerAddress(2, [new Uri("http://" + stalled.LocalEndpoint)])]);

        using var first = await stalled.AcceptSocketAsync();
        await first.ReceiveAsync(new byte[4096]);
        await first.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 100 Continue\r\n\r\n"));
        for (var i = 0UL; i < 40; i++)
        {
            a.Transport.Send(a.MessageTo(2, i, payloadBytes: 1_000_000));
        }

        Assert.Equal(2UL, await a.Handler.NextUnreachableAsync());
        using var second = await stalled.AcceptSocketAsync();
        Assert.True(second.Connected);
    }

    [Fact]
    public async Task A_member_of_another_cluster_is_not_heard()
    {
        await using var a = new TestMember(1, o => o with { ClusterId = 0xbad });
        await using var b = await TestMember.StartAsync(2);
        a.Transport.SetPeers([b.Address]);
        a.Transport.Send(a.MessageTo(2, 1));

        Assert.Equal(2UL, await a.Handler.NextUnreachableAsync());
        Assert.Equal(2UL, await a.Handler.NextUnreachableAsync());
        Assert.Equal((0, 0), (b.StreamsOpened, b.Handler.WaitingMessages));
    }

    [Fact]
    public async Task A_member_that_is_removed_is_cut_off_and_not_let_in_again()
    {
        await using var a = new TestMember(1, o => o with { KeepAliveInterval = TimeSpan.FromMilliseconds(20) });
        await using var b = await TestMember.StartAsync(2);
        a.Transport.SetPeers([b.Address]);
        await Eventually.TrueAsync(() => b.StreamsOpened == 1, "a stream");

        b.IsRemoved = id => id == 1;

        Assert.Equal(2UL, await a.Handler.NextUnreachableAsync());
        Assert.Equal(2UL, await a.Handler.NextUnreachableAsync());
        Assert.Equal(1, b.StreamsOpened);
    }

    [Fact]
    public async Task An_idle_stream_is_kept_alive_and_not_cut_by_limits_meant_for_clients()
    {
        await using var a = new TestMember(1, o => o with { KeepAliveInterval = TimeSpan.FromMilliseconds(100) });
        await using var b = new TestMember(2, o => o with { ReadTimeout = TimeSpan.FromMilliseconds(2000) });
        b.AdjustLimits = limits =>
        {
            limits.MinRequestBodyDataRate = new(bytesPerSecond: 1_000_000, gracePeriod: TimeSpan.FromMilliseconds(1001));
            limits.MaxRequestBodySize = 16;
        };
        await b.ServeAsync();
        a.Transport.SetPeers([b.Address]);
        await Eventually.TrueAsync(() => b.StreamsOpened == 1, "a stream");

        // 30 keep-alives of 4 bytes take three seconds: past the grace period and the read timeout.
        await Eventually.TrueAsync(() => ReceivedBytes(b) >= 120, "keep-alives");

        Assert.Equal(1, b.StreamsOpened);
        a.Transport.Send(a.MessageTo(2, 1));
        Assert.Equal(1UL, TestMember.NumberOf(await b.Handler.NextMessageAsync()));
    }

    [Fact]
    public async Task A_message_over_the_limit_is_dropped_and_the_stream_goes_on()
    {
        await using var a = new TestMember(1, o => o with { FrameBytesMax = 1000 });
        await using var b = await TestMember.StartAsync(2);
        a.Transport.SetPeers([b.Address]);

        a.Transport.Send(a.MessageTo(2, 1, payloadBytes: 2000));
        a.Transport.Send(a.MessageTo(2, 2, payloadBytes: 500));

        Assert.Equal(2UL, TestMember.NumberOf(await b.Handler.NextMessageAsync()));
        Assert.Equal(1, b.StreamsOpened);
    }

    [Fact]
    public async Task Traffic_and_round_trips_are_measured()
    {
        await using var a = new TestMember(0xa, o => o with { ProbeInterval = TimeSpan.FromMilliseconds(10) });
        await using var b = await TestMember.StartAsync(0xb);
        a.Transport.SetPeers([b.Address]);
        a.Transport.Send(a.MessageTo(0xb, 1, payloadBytes: 100));
        await b.Handler.NextMessageAsync();
        var roundTrip = b.Metrics.ForPeer("a", "b").RoundTrip;
        Assert.Equal(0, roundTrip.Count);

        await Eventually.TrueAsync(() => a.Metrics.ForPeer("a", "b").RoundTrip.Count > 0, "a round trip");

        Assert.InRange(a.Metrics.ForPeer("a", "b").SentBytes.Value, 100, 1000);
        // Counted once the frames have been handed on.
        await Eventually.TrueAsync(() => b.Metrics.ForPeer("b", "a").ReceivedBytes.Value >= 100, "the bytes are counted");
        Assert.InRange(b.Metrics.ForPeer("b", "a").ReceivedBytes.Value, 100, 1000);
        var text = await a.ExportMetricsAsync();
        Assert.Contains("etcd_network_active_peers{Local=\"a\",Remote=\"b\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("etcd_network_peer_round_trip_time_seconds_bucket{To=\"b\",le=\"0.0001\"}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_stops_promptly_with_open_streams()
    {
        await using var a = new TestMember(1);
        await using var b = await TestMember.StartAsync(2);
        a.Transport.SetPeers([b.Address]);
        await Eventually.TrueAsync(() => b.StreamsOpened == 1, "a stream");

        await b.StopServingAsync().WaitAsync(TimeSpan.FromSeconds(4));
        Assert.Equal(2UL, await a.Handler.NextUnreachableAsync());
        await b.ServeAsync();
        await Eventually.TrueAsync(() => b.StreamsOpened == 2, "a stream after the restart");
        await a.Transport.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(4));

        Assert.Throws<ObjectDisposedException>(() => a.Transport.SetPeers([]));
    }

    private static double ReceivedBytes(TestMember member) => member.Metrics.ForPeer("2", "1").ReceivedBytes.Value;
}
