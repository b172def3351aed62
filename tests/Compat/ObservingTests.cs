// What an operator sees of single calls: traces that reach a collector, a line about slow ones; and clients that ask for
// too many signs of life are let go.
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Compat.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Compat;

/// <summary>Tracing, slow requests and keep-alive enforcement of a real node.</summary>
public sealed class ObservingTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kv-observing-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Traces_of_sampled_calls_reach_the_collector()
    {
        var arrived = Channel.CreateUnbounded<string>();
        await using var collector = Collector(arrived.Writer);
        await collector.StartAsync();
        using var node = await StartAsync(
            "--enable-distributed-tracing", "--distributed-tracing-address", new Uri(collector.Urls.First()).Authority,
            "--distributed-tracing-service-name", "kv-under-test", "--distributed-tracing-instance-id", "one");
        using var client = new HttpClient { BaseAddress = new Uri(node.Url) };

        // Nobody asked for the first to be traced, and the rate is 0; the second is a part of something that is.
        await PutAsync(client, null);
        await PutAsync(client, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var seen = await arrived.Reader.ReadAsync(limit.Token);
        Assert.Contains("kv-under-test", seen, StringComparison.Ordinal);
        Assert.Contains("one", seen, StringComparison.Ordinal);
        Assert.Contains("etcdserverpb.KV/Put", seen, StringComparison.Ordinal);
        Assert.Contains("propose", seen, StringComparison.Ordinal);
        Assert.Contains(Encoding.Latin1.GetString(Convert.FromHexString("0af7651916cd43dd8448eb211c80319c")), seen, StringComparison.Ordinal);
        Assert.Equal(1, CountOf(seen, "etcdserverpb.KV/Put"));
    }

    [Fact]
    public async Task Slow_calls_are_told_once_a_second_with_how_many_more_there_were()
    {
        using var node = await StartAsync("--warning-unary-request-duration", "1us");
        using var client = new HttpClient { BaseAddress = new Uri(node.Url) };
        for (var i = 0; i < 200; i++)
        {
            await PutAsync(client, null);
        }

        await Eventually.Holds(
            () => Task.FromResult(node.Process.Log.Contains("etcdserverpb.KV/Put took", StringComparison.Ordinal)), "a line about a slow call");
        Assert.InRange(CountOf(node.Process.Log, "etcdserverpb.KV/Put took"), 1, 20);

        using var quiet = await StartAsync("--warning-unary-request-duration", "0s");
        using var other = new HttpClient { BaseAddress = new Uri(quiet.Url) };
        await PutAsync(other, null);
        Assert.DoesNotContain("took", quiet.Process.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1h", true)]
    [InlineData("0s", false)]
    public async Task A_client_that_pings_too_often_is_let_go(string minTime, bool isLetGo)
    {
        using var node = await StartAsync("--grpc-keepalive-min-time", minTime);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(node.Url).Port);
        var stream = socket.GetStream();
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await stream.WriteAsync(Frame(4, []));
        var (answers, told) = (0, "");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var ping = 0; ping < 6 && told.Length == 0; ping++)
        {
            await stream.WriteAsync(Frame(6, new byte[8]), limit.Token);
            for (var isAnswered = false; !isAnswered && told.Length == 0;)
            {
                var (type, flags, payload) = await ReadAsync(stream, limit.Token);
                isAnswered = type == 6 && flags == 1;
                answers += isAnswered ? 1 : 0;
                told = type == 7 ? $"{payload[7]} {Encoding.ASCII.GetString(payload[8..])}" : "";
            }
        }

        if (isLetGo && told.Length == 0)
        {
            // It comes right behind the answer.
            var (type, _, payload) = await ReadAsync(stream, limit.Token);
            told = type == 7 ? $"{payload[7]} {Encoding.ASCII.GetString(payload[8..])}" : $"{type}";
        }

        // ENHANCE_YOUR_CALM, in gRPC's words; the first ping and two strikes are free.
        Assert.Equal(isLetGo ? "11 too_many_pings" : "", told);
        Assert.InRange(answers, isLetGo ? 3 : 6, isLetGo ? 4 : 6);
    }

    private static async Task PutAsync(HttpClient client, string? traceparent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v3/kv/put")
        {
            Content = new StringContent("""{"key":"YQ==","value":"YQ=="}"""),
        };
        if (traceparent is not null)
        {
            request.Headers.Add("traceparent", traceparent);
        }

        (await client.SendAsync(request)).EnsureSuccessStatusCode();
    }

    private static int CountOf(string text, string part) => text.Split(part).Length - 1;

    private static byte[] Frame(byte type, byte[] payload) => [0, 0, (byte)payload.Length, type, 0, 0, 0, 0, 0, .. payload];

    private static async Task<(byte Type, byte Flags, byte[] Payload)> ReadAsync(NetworkStream stream, CancellationToken token)
    {
        var header = new byte[9];
        await stream.ReadExactlyAsync(header, token);
        var payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
        await stream.ReadExactlyAsync(payload, token);
        return (header[3], header[4], payload);
    }

    /// <summary>What OTLP over gRPC talks to; it hands on the bytes of each export.</summary>
    private static WebApplication Collector(ChannelWriter<string> arrived)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var collector = builder.Build();
        collector.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            await arrived.WriteAsync(Encoding.Latin1.GetString(body.ToArray()));
            context.Response.ContentType = "application/grpc";
            await context.Response.BodyWriter.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        return collector;
    }

    private async Task<Running> StartAsync(params string[] flags)
    {
        var ports = Ports.Free(2);
        var url = $"http://127.0.0.1:{ports[0]}";
        var process = ServerProcess.Start(Tools.KvNode,
        [
            "--data-dir", Path.Combine(_directory, $"{ports[0]}"), "--listen-client-urls", url, "--advertise-client-urls", url,
            "--listen-peer-urls", $"http://127.0.0.1:{ports[1]}", .. flags,
        ]);
        await process.WhenReadyAsync();
        return new Running(process, url);
    }

    private sealed record Running(ServerProcess Process, string Url) : IDisposable
    {
        public void Dispose() => Process.Dispose();
    }
}
