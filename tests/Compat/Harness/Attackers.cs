// Clients that mean harm, or do not know better: each kind is a loop that does its worst until it is told to stop.
// None may bring the node down, make it grow without bound, or keep it from serving others.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Compat.Harness;

/// <summary>Attacks on a port.</summary>
internal static class Attackers
{
    private static readonly byte[] Preface = Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    /// <summary>What storms of watchers watch: something that changes, and is small.</summary>
    public const string WatchedKey = "good/0";

    /// <summary>A pause between two attempts: what is tried is the node's patience, not the machine's.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // Made once: what is tried is what the node does with them.
    private static readonly byte[] Settings = [.. Preface, .. Frame(4, 0, 0, [])];

    private static readonly byte[] HeaderBomb =
        Encoding.ASCII.GetBytes($"GET /health HTTP/1.1\r\nHost: x\r\nX-Bomb: {new string('x', 1 << 20)}\r\n\r\n");

    private static readonly byte[] Continuations =
        [.. Settings, .. Frame(1, 0, 1, [0x82]), .. Enumerable.Repeat(Frame(9, 0, 1, new byte[1000]), 500).SelectMany(frame => frame)];

    private static readonly byte[] DeepJson = Encoding.ASCII.GetBytes(
        $"POST /v3/kv/txn HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n{new string('[', 200_000)}");

    private static readonly byte[] Reset = Resets();

    /// <summary>A little that becomes 200 MB.</summary>
    private static readonly byte[] Bomb = MakeBomb();

    /// <summary>What is done to both ports, by name.</summary>
    public static IReadOnlyDictionary<string, Func<Uri, CancellationToken, Task>> OnAnyPort { get; } =
        new Dictionary<string, Func<Uri, CancellationToken, Task>>
        {
            ["garbage"] = (url, stop) => AgainAsync(() => SayAsync(url, RandomNumberGenerator.GetBytes(4096), stop), stop),
            ["half an HTTP/1.1 request"] = (url, stop) => HoldAsync(url, 50, "POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nContent-Le"u8.ToArray(), stop),
            ["half a frame"] = (url, stop) => HoldAsync(url, 50, [.. Settings, 0, 0x3f, 0xff, 1, 4, 0, 0, 0, 1, 1, 2], stop),
            ["frames longer than allowed"] = (url, stop) => AgainAsync(() => SayAsync(url, [.. Settings, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1], stop), stop),
            ["a bomb of headers"] = (url, stop) => AgainAsync(() => SayAsync(url, HeaderBomb, stop), stop),
            ["continuations without end"] = (url, stop) => AgainAsync(() => SayAsync(url, Continuations, stop), stop),
            ["a body without end"] = (url, stop) => AgainAsync(() => EndlessBodyAsync(url, stop), stop),
            ["streams that are reset at once"] = (url, stop) => AgainAsync(() => SayAsync(url, Reset, stop), stop),
        };

    /// <summary>What is done to the client port, by name.</summary>
    public static IReadOnlyDictionary<string, Func<Uri, CancellationToken, Task>> OnClientPort { get; } =
        new Dictionary<string, Func<Uri, CancellationToken, Task>>
        {
            ["compressed bombs"] = (url, stop) => AgainAsync(() => PostGrpcAsync(url, Bomb, "gzip", stop), stop),
            ["messages that are not there"] = (url, stop) => AgainAsync(() => LieAboutLengthAsync(url, stop), stop),
            ["answers that nobody reads"] = SlowReadAsync,
            ["watchers made and dropped"] = WatchStormAsync,
            ["values of 1.5 MiB"] = LargeValuesAsync,
            ["deep JSON"] = (url, stop) => AgainAsync(() => SayAsync(url, DeepJson, stop), stop),
        };

    /// <summary>Opens so many connections that say nothing, and keeps them open.</summary>
    public static async Task<IDisposable> CrowdAsync(Uri url, int count)
    {
        var crowd = new Crowd();
        for (var i = 0; i < count; i++)
        {
            var client = new TcpClient();
            crowd.Clients.Add(client);
            await client.ConnectAsync(url.Host, url.Port);
        }

        return crowd;
    }

    private static async Task AgainAsync(Func<Task> attempt, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await attempt();
            }
            catch (Exception e) when (e is IOException or SocketException or RpcException or HttpRequestException or OperationCanceledException)
            {
                // Refused, as it should be.
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>Says something, and hears the answer out, if there is one soon.</summary>
    private static async Task SayAsync(Uri url, byte[] what, CancellationToken stop)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port, stop);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromSeconds(1));
        await client.GetStream().WriteAsync(what, limit.Token);
        var answer = new byte[4096];
        while (await client.GetStream().ReadAsync(answer, limit.Token) > 0)
        {
        }
    }

    /// <summary>Begins to say something on some connections, and never ends.</summary>
    private static async Task HoldAsync(Uri url, int count, byte[] what, CancellationToken stop)
    {
        var clients = new List<TcpClient>();
        try
        {
            for (var i = 0; i < count && !stop.IsCancellationRequested; i++)
            {
                var client = new TcpClient();
                clients.Add(client);
                await client.ConnectAsync(url.Host, url.Port, stop);
                await client.GetStream().WriteAsync(what, stop);
            }

            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // Let go, or the end.
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private static async Task EndlessBodyAsync(Uri url, CancellationToken stop)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port, stop);
        var stream = client.GetStream();
        await stream.WriteAsync("POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), stop);
        var chunk = Encoding.ASCII.GetBytes("1000\r\n" + new string(' ', 0x1000) + "\r\n");
        for (var i = 0; i < 50_000; i++)
        {
            await stream.WriteAsync(chunk, stop);
        }
    }

    /// <summary>CVE-2023-44487.</summary>
    private static byte[] Resets()
    {
        var said = new List<byte>(Settings);
        for (var stream = 1; stream < 1000; stream += 2)
        {
            said.AddRange(Frame(1, 5, stream, [0x82, 0x86, 0x84]));
            said.AddRange(Frame(3, 0, stream, [0, 0, 0, 8]));
        }

        return [.. said];
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, (payload.Length << 8) | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    private static byte[] MakeBomb()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 200; i++)
            {
                gzip.Write(zeros);
            }
        }

        return [1, .. Length((int)packed.Length), .. packed.ToArray()];
    }

    /// <summary>A prefix that speaks of a megabyte, and ten bytes.</summary>
    private static Task LieAboutLengthAsync(Uri url, CancellationToken stop) =>
        PostGrpcAsync(url, [0, .. Length(1 << 20), .. new byte[10]], "identity", stop);

    private static byte[] Length(int length)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        return bytes;
    }

    private static async Task PostGrpcAsync(Uri url, byte[] body, string encoding, CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url, "/etcdserverpb.KV/Put"))
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("grpc-encoding", encoding);
        using var answer = await http.SendAsync(request, stop);
    }

    /// <summary>Asks for a lot, many times, and takes nothing of it.</summary>
    private static async Task SlowReadAsync(Uri url, CancellationToken stop)
    {
        using (var client = new Client(url.ToString()))
        {
            for (var i = 0; i < 20; i++)
            {
                await client.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8($"slow/{i}"), Value = ByteString.CopyFrom(new byte[500_000]) }, cancellationToken: CancellationToken.None);
            }
        }

        var range = $$"""{"key":"{{Convert.ToBase64String("slow/"u8)}}","range_end":"{{Convert.ToBase64String("slow0"u8)}}"}""";
        await HoldAsync(
            url, 20, Encoding.ASCII.GetBytes($"POST /v3/kv/range HTTP/1.1\r\nHost: x\r\nContent-Length: {range.Length}\r\n\r\n{range}"), stop);
    }

    private static Task WatchStormAsync(Uri url, CancellationToken stop) => AgainAsync(async () =>
    {
        using var channel = GrpcChannel.ForAddress(url);
        using var call = new Watch.WatchClient(channel).Watch(cancellationToken: stop);
        for (var i = 1; i <= 500; i++)
        {
            await call.RequestStream.WriteAsync(new WatchRequest
            {
                CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFromUtf8(WatchedKey), StartRevision = 1 },
            });
            if (i % 2 == 0)
            {
                await call.RequestStream.WriteAsync(new WatchRequest { CancelRequest = new WatchCancelRequest { WatchId = i / 2 } });
            }
        }
    }, stop);

    private static Task LargeValuesAsync(Uri url, CancellationToken stop) => AgainAsync(async () =>
    {
        using var client = new Client(url.ToString());
        var value = ByteString.CopyFrom(new byte[1_500_000]);
        for (var i = 0; i < 20 && !stop.IsCancellationRequested; i++)
        {
            await client.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8($"large/{i % 4}"), Value = value });
            await Task.Delay(Pause, CancellationToken.None);
        }

        var revision = await client.RevisionAsync();
        await client.Kv.CompactAsync(new CompactionRequest { Revision = revision });
    }, stop);

    private sealed class Crowd : IDisposable
    {
        public List<TcpClient> Clients { get; } = [];

        public void Dispose() => Clients.ForEach(client => client.Dispose());
    }
}
